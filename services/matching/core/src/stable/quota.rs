//! Lower quotas. With them a stable matching need not exist, so the conflict
//! is reported, and the places are given by flow instead: quotas met as far
//! as they can be, as many matched as possible, then the best wishes. What
//! that breaks is listed as blocking pairs.

use thiserror::Error;

use super::check::{Blocking, blocking_pairs};
use super::problem::{Problem, Wish};
use super::propose::{CutOff, Matching, propose};
use crate::assignment::{AssignError, assign};
use crate::instance::{Instance, InstanceError, Load, ScoredPair};
use crate::objective::Rules;

/// What the lower quotas changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct QuotaConflict {
    /// Challenges below their quota in the stable matching: (challenge, how many are missing).
    pub missing: Vec<(u32, u32)>,
    /// Challenges still below it after the fall-back.
    pub still_missing: Vec<(u32, u32)>,
    /// Who would rather have another place that would rather have them.
    pub blocking: Vec<Blocking>,
}

/// Why the fall-back is not possible.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QuotaError {
    /// A government's capacity is below what its challenges host together;
    /// lower quotas and such limits at once are not supported.
    #[error(
        "government {0} hosts fewer than its challenges together: no fall-back with lower quotas"
    )]
    GovernmentLimit(u32),
    /// The problem is too large.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The problem is too large.
    #[error(transparent)]
    Assign(#[from] AssignError),
}

/// The stable matching where it meets the lower quotas; else the fall-back and the conflict.
///
/// # Errors
/// [`QuotaError`] when there is a conflict and the fall-back is not possible.
pub fn with_quotas(problem: &Problem) -> Result<(Matching, Option<QuotaConflict>), QuotaError> {
    let stable = propose(problem);
    let missing = missing(problem, &stable.challenge);
    if missing.is_empty() {
        return Ok((stable, None));
    }
    let mut hosted = vec![0u64; problem.governments.len()];
    for c in &problem.challenges {
        hosted[c.government as usize] += u64::from(c.max);
    }
    for ((g, &sum), government) in (0..).zip(&hosted).zip(&problem.governments) {
        let most = u64::try_from(problem.submissions()).unwrap_or(u64::MAX);
        if u64::from(government.max) < sum.min(most) {
            return Err(QuotaError::GovernmentLimit(g));
        }
    }
    let matching = by_flow(problem)?;
    let conflict = QuotaConflict {
        missing,
        still_missing: self::missing(problem, &matching.challenge),
        blocking: blocking_pairs(problem, &matching.challenge),
    };
    Ok((matching, Some(conflict)))
}

fn missing(problem: &Problem, challenge: &[Option<u32>]) -> Vec<(u32, u32)> {
    let mut got = vec![0u32; problem.challenges.len()];
    for &c in challenge.iter().flatten() {
        got[c as usize] += 1;
    }
    let short = (0..).zip(problem.challenges.iter().zip(got));
    short
        .filter(|(_, (c, n))| *n < c.min)
        .map(|(i, (c, n))| (i, c.min - n))
        .collect()
}

/// A wish's worth in the flow: a place down the list costs 1,000, a lot less
/// than 1,000 decides among equal sums of places.
fn worth(problem: &Problem, submission: u32, place: usize) -> i64 {
    let rank = i64::try_from(place).unwrap_or(i64::MAX).min(900_000);
    let lot = (problem.lot(submission) >> 54).cast_signed(); // 0..1024
    -1_000 * rank - lot * rank / 1_024_000
}

fn by_flow(problem: &Problem) -> Result<Matching, QuotaError> {
    let load = problem
        .challenges
        .iter()
        .map(|c| Load {
            min: c.min,
            max: c.max,
        })
        .collect();
    let pairs = (0u32..).zip(&problem.wishes).flat_map(|(paper, list)| {
        list.iter().enumerate().map(move |(place, w)| ScoredPair {
            paper,
            judge: w.challenge,
            score: worth(problem, paper, place),
        })
    });
    let instance = Instance::new(vec![1; problem.submissions()], load, pairs)?;
    let found = assign(&instance, &Rules::default())?;
    let mut challenge = vec![None; problem.submissions()];
    let mut rank = vec![None; problem.submissions()];
    for pair in &found.pairs {
        let list = &problem.wishes[pair.paper as usize];
        let place = list.iter().position(|w: &Wish| w.challenge == pair.judge);
        challenge[pair.paper as usize] = Some(pair.judge);
        rank[pair.paper as usize] = place.and_then(|p| u32::try_from(p).ok());
    }
    let cut_off: Vec<Option<CutOff>> = vec![None; problem.challenges.len()];
    Ok(Matching {
        challenge,
        rank,
        cut_off,
    })
}
