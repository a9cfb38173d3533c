//! Late changes: a conflict, a withdrawal, a new judge, another quota. The new
//! assignment is the best one, and among the best the one that moves fewest
//! people; what moved is listed, for nobody is to be reshuffled silently.

use crate::assignment::{AssignError, Assignment, reordered};
use crate::edits::{EditError, Edits};
use crate::flow;
use crate::instance::{Instance, Pair};
use crate::objective::{Duals, Rules};

/// A new assignment and how it differs from the one before.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// The assignment after the change.
    pub assignment: Assignment,
    /// Pairs that are new, sorted.
    pub added: Vec<Pair>,
    /// Pairs that are gone, sorted.
    pub removed: Vec<Pair>,
}

impl Change {
    fn between(before: &[Pair], assignment: Assignment) -> Self {
        let lacks = |list: &[Pair], p: &Pair| list.binary_search(p).is_err();
        let added = assignment
            .pairs
            .iter()
            .copied()
            .filter(|p| lacks(before, p))
            .collect();
        let removed = before
            .iter()
            .copied()
            .filter(|p| lacks(&assignment.pairs, p))
            .collect();
        Self {
            assignment,
            added,
            removed,
        }
    }
}

/// Assigns again after `instance` changed: the largest total, then the fewest moved.
///
/// `before` may stem from another instance: papers and judges keep their
/// positions, new ones come after them, and those that left have no pairs.
/// A floor and a seed of the rules are not looked at, nor panel rules after the first.
///
/// # Errors
/// [`AssignError`] where the objective cannot be computed exactly.
pub fn reassign(
    instance: &Instance,
    rules: &Rules,
    before: &Assignment,
) -> Result<Change, AssignError> {
    let sorted = instance.by_group();
    let (solved_pairs, duals) = match &sorted {
        None => again(instance, rules, &before.pairs, before.duals.clone())?,
        Some((by_group, order)) => {
            let (pairs, duals) = moved(before, order);
            let (pairs, duals) = again(by_group, rules, &pairs, duals)?;
            reordered(pairs, duals, order)
        }
    };
    let assignment = Assignment::of(instance, rules, solved_pairs, duals)?;
    Ok(Change::between(&before.pairs, assignment))
}

/// The pairs and prices of before with judges at their positions by `order`.
fn moved(before: &Assignment, order: &[u32]) -> (Vec<Pair>, Duals) {
    let mut place = vec![u32::MAX; order.len()];
    for (new, &old) in (0u32..).zip(order) {
        place[old as usize] = new;
    }
    let still = |p: &Pair| {
        let judge = *place.get(p.judge as usize)?;
        Some(Pair { judge, ..*p })
    };
    let mut pairs: Vec<Pair> = before.pairs.iter().filter_map(still).collect();
    pairs.sort_unstable();
    let price = |&old: &u32| before.duals.judge.get(old as usize).copied().unwrap_or(0);
    let duals = Duals {
        paper: before.duals.paper.clone(),
        judge: order.iter().map(price).collect(),
    };
    (pairs, duals)
}

fn again(
    instance: &Instance,
    rules: &Rules,
    before: &[Pair],
    mut duals: Duals,
) -> Result<(Vec<Pair>, Duals), AssignError> {
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    let kept: Vec<u32> = before
        .iter()
        .filter_map(|&pair| instance.find(pair))
        .map(|i| i as u32)
        .collect();
    duals.paper.resize(instance.papers(), 0);
    duals.judge.resize(instance.judges(), 0);
    let solved = flow::solve_keeping(instance, rules.balance, &duals, &kept)?;
    Ok((solved.pairs(instance), solved.duals))
}

/// Fills open places and leaves every pair that is still allowed where it is.
///
/// This is the replacement that disturbs nobody else: take the judge's pairs
/// out of `pairs` (and forbid them in `instance`), then fill. The places are
/// filled with the largest total that the others' pairs leave possible.
///
/// # Errors
/// [`FillError::Kept`] when the kept pairs themselves no longer fit the limits.
pub fn fill(instance: &Instance, rules: &Rules, pairs: &[Pair]) -> Result<Change, FillError> {
    let mut before = pairs.to_vec();
    before.sort_unstable();
    let lock = before
        .iter()
        .copied()
        .filter(|&p| instance.find(p).is_some())
        .collect();
    let kept = instance.edited(&Edits {
        lock,
        forbid: Vec::new(),
    })?;
    let rules = Rules {
        floor: None,
        ..*rules
    };
    let assignment = crate::assign(&kept, &rules)?;
    Ok(Change::between(&before, assignment))
}

/// Why places could not be filled around the kept pairs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// The kept pairs break a limit.
    #[error("the kept pairs no longer fit: {0}")]
    Kept(#[from] EditError),
    /// The objective cannot be computed.
    #[error(transparent)]
    Assign(#[from] AssignError),
}

/// A judge who could take a place without disturbing anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Replacement {
    /// The judge.
    pub judge: u32,
    /// The pair's score in micro-units.
    pub score: i64,
    /// The judge's number of papers now.
    pub load: u32,
}

/// Every judge who could join `paper` beside the given pairs, best score
/// first, then least load, then position. Empty when nobody has room.
pub fn replacements(instance: &Instance, pairs: &[Pair], paper: u32) -> Vec<Replacement> {
    let judges = instance.judges();
    let mut loads = vec![0u32; judges];
    let mut present = vec![false; judges];
    for p in pairs.iter().filter(|p| (p.judge as usize) < judges) {
        loads[p.judge as usize] += 1;
        present[p.judge as usize] |= p.paper == paper;
    }
    if paper as usize >= instance.papers() {
        return Vec::new();
    }
    let mut found: Vec<Replacement> = instance
        .pairs_of(paper)
        .map(|i| instance.at(i))
        .filter(|&(j, _)| !present[j as usize])
        .filter(|&(j, _)| loads[j as usize] < instance.load()[j as usize].max)
        .map(|(judge, score)| Replacement {
            judge,
            score,
            load: loads[judge as usize],
        })
        .collect();
    found.sort_unstable_by_key(|r| (std::cmp::Reverse(r.score), r.load, r.judge));
    found
}
