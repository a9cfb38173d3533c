//! Hand edits: pairs that people lock or forbid.
//!
//! An edited instance is an instance like any other, so everything that holds
//! for one (floor, cap, certificate, explanations) holds after the edits.

use thiserror::Error;

use crate::instance::{Instance, Pair, ScoredPair};
use crate::panel::PanelRule;

/// What people decided by hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edits {
    /// Pairs that must be assigned.
    pub lock: Vec<Pair>,
    /// Pairs that must not be assigned.
    pub forbid: Vec<Pair>,
}

/// Why edits cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// A pair is to be locked that is not allowed.
    #[error("paper {} and judge {} cannot be locked: the pair is not allowed", .0.paper, .0.judge)]
    LockedNotAllowed(Pair),
    /// A pair is to be both locked and forbidden.
    #[error("paper {} and judge {} are both locked and forbidden", .0.paper, .0.judge)]
    LockedAndForbidden(Pair),
    /// More judges are locked to a paper than it demands.
    #[error("more judges are locked to paper {0} than it demands")]
    PaperOverfilled(u32),
    /// More papers are locked to a judge than it takes.
    #[error("more papers are locked to judge {0} than it takes")]
    JudgeOverloaded(u32),
    /// More judges of one group are locked to a paper than a rule allows.
    #[error("more judges of one group are locked to paper {0} than a panel rule allows")]
    GroupOverfilled(u32),
}

impl Instance {
    /// The instance after hand edits; earlier locks stay.
    ///
    /// Forbidding a pair that is not allowed anyway changes nothing.
    ///
    /// # Errors
    /// [`EditError`] when the locks contradict the instance or the bans.
    pub fn edited(&self, edits: &Edits) -> Result<Self, EditError> {
        let mut forbid = edits.forbid.clone();
        forbid.sort_unstable();
        let mut lock = edits.lock.clone();
        lock.extend(self.locked().iter().map(|&i| self.pair_at(i)));
        lock.sort_unstable();
        lock.dedup();
        for &pair in &lock {
            if forbid.binary_search(&pair).is_ok() {
                return Err(EditError::LockedAndForbidden(pair));
            }
            self.find(pair).ok_or(EditError::LockedNotAllowed(pair))?;
        }
        self.room_for(&lock)?;
        let mut edited = if forbid.is_empty() {
            self.clone()
        } else {
            self.without(&forbid)
        };
        let positions = lock.iter().filter_map(|&p| edited.find(p));
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an instance counts in 32 bits"
        )]
        let positions = positions.map(|i| i as u32).collect();
        edited.lock_at(positions);
        Ok(edited)
    }

    fn without(&self, forbid: &[Pair]) -> Self {
        let banned = |p: &ScoredPair| {
            forbid
                .binary_search(&Pair {
                    paper: p.paper,
                    judge: p.judge,
                })
                .is_ok()
        };
        let pairs: Vec<ScoredPair> = self.pairs().filter(|p| !banned(p)).collect();
        let mut rest = Self::from_sorted(self.demand().to_vec(), self.load().to_vec(), &pairs);
        rest.rules.clone_from(&self.rules);
        // Penalties stay as they are, so that objectives can be compared.
        rest.largest = self.largest;
        rest
    }

    fn room_for(&self, lock: &[Pair]) -> Result<(), EditError> {
        let mut demand = self.demand().to_vec();
        let mut room: Vec<u32> = self.load().iter().map(|l| l.max).collect();
        for pair in lock {
            let place = &mut demand[pair.paper as usize];
            *place = place
                .checked_sub(1)
                .ok_or(EditError::PaperOverfilled(pair.paper))?;
            let place = &mut room[pair.judge as usize];
            *place = place
                .checked_sub(1)
                .ok_or(EditError::JudgeOverloaded(pair.judge))?;
        }
        for same in lock.chunk_by(|a, b| a.paper == b.paper) {
            for (k, pair) in same.iter().enumerate() {
                let before = || same[..k].iter().map(|p| p.judge);
                let fits = |rule: &PanelRule| rule.cost_of(pair.judge, before(), 0, 1) != 1;
                if !self.rules.iter().filter(|r| r.never_broken()).all(fits) {
                    return Err(EditError::GroupOverfilled(pair.paper));
                }
            }
        }
        Ok(())
    }

    /// The pair at a position of [`Self::pairs_of`].
    pub(crate) fn pair_at(&self, position: u32) -> Pair {
        Pair {
            paper: self.paper_at(position),
            judge: self.judges_at()[position as usize],
        }
    }
}
