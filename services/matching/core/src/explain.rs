//! Why this judge, why not that one, and what it would take: as data; the
//! wording belongs to whoever shows it.
//!
//! Scores are sums of integer parts, so "why" is the list of parts. The dual
//! prices answer "why not" at once, and one more flow gives the exact price of
//! forcing a pair.

use crate::assignment::{AssignError, Assignment};
use crate::edits::{EditError, Edits};
use crate::instance::{Instance, Pair};
use crate::late::{Change, reassign};
use crate::objective::Rules;

/// One reason of a score, in micro-units. Parts add up to the score exactly.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Part {
    /// What it is for, as a code: `text`, `region`, `issue`, `record`, `bid`, ...
    pub code: String,
    /// How much it adds, in micro-units; negative where it takes away.
    pub micro: i64,
}

/// The sum of parts, within ±[`crate::MAX_SCORE`].
pub fn total_of(parts: &[Part]) -> i64 {
    let sum = parts
        .iter()
        .fold(0i64, |sum, part| sum.saturating_add(part.micro));
    sum.clamp(-crate::MAX_SCORE, crate::MAX_SCORE)
}

/// Why a judge does not review a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum WhyNot {
    /// The judge does review the paper.
    Assigned,
    /// The pair is not allowed: a conflict, or never a candidate.
    NotAllowed,
    /// Somebody gains more from the places it would take.
    Outweighed {
        /// What the pair would add, in micro-units.
        score: i64,
        /// What the paper's last place is worth with the judges it has.
        paper_price: i64,
        /// What the judge's last place is worth to others; 0 with room to spare.
        judge_price: i64,
        /// Forcing the pair costs at least this, in micro-units of the total.
        loss_at_least: i64,
        /// The judge has as many papers as it takes.
        judge_full: bool,
    },
}

/// Why `pair` is not in the assignment, from the prices it carries.
pub fn why_not(instance: &Instance, assignment: &Assignment, pair: Pair) -> WhyNot {
    let Some(score) = instance.score(pair) else {
        return WhyNot::NotAllowed;
    };
    if assignment.pairs.binary_search(&pair).is_ok() {
        return WhyNot::Assigned;
    }
    let paper_price = assignment.duals.paper[pair.paper as usize];
    let judge_price = assignment.duals.judge[pair.judge as usize];
    let load = assignment
        .pairs
        .iter()
        .filter(|p| p.judge == pair.judge)
        .count();
    WhyNot::Outweighed {
        score,
        paper_price,
        judge_price,
        loss_at_least: (paper_price + judge_price - score).max(0),
        judge_full: load >= instance.load()[pair.judge as usize].max as usize,
    }
}

/// What edits cost and whom they move.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Price {
    /// What the objective loses, in micro-units: score, and costs of balance.
    /// Negative when the edits lift an earlier lock's loss.
    pub loss: i128,
    /// The assignment it would take, with the fewest moved.
    pub change: Change,
}

/// Why edits could not be priced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// The edits cannot be followed.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The objective cannot be computed.
    #[error(transparent)]
    Assign(#[from] AssignError),
}

/// The exact price of locking or forbidding pairs, on top of `assignment`,
/// which is the best one of `instance` by `rules` without a floor.
///
/// # Errors
/// [`PriceError`] when the edits contradict the instance.
pub fn price_of(
    instance: &Instance,
    rules: &Rules,
    assignment: &Assignment,
    edits: &Edits,
) -> Result<Price, PriceError> {
    let edited = instance.edited(edits)?;
    let change = reassign(&edited, rules, assignment)?;
    let loss = assignment.certificate.objective - change.assignment.certificate.objective;
    Ok(Price { loss, change })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Load, ScoredPair, assign};

    /// Two papers both like judge 0 best; paper 1 gains more from it.
    fn contested() -> Instance {
        let pairs = [(0, 0, 50), (0, 1, 40), (1, 0, 60), (1, 1, 10)];
        let pairs = pairs.map(|(paper, judge, score)| ScoredPair {
            paper,
            judge,
            score,
        });
        Instance::new(vec![1, 1], vec![Load { min: 0, max: 1 }; 2], pairs).unwrap()
    }

    #[test]
    fn prices_say_why_not_and_what_it_would_take() {
        let instance = contested();
        let rules = Rules::default();
        let found = assign(&instance, &rules).unwrap();
        let at = |paper, judge| Pair { paper, judge };
        assert_eq!(why_not(&instance, &found, at(1, 0)), WhyNot::Assigned);
        assert_eq!(why_not(&instance, &found, at(7, 0)), WhyNot::NotAllowed);
        let WhyNot::Outweighed {
            score,
            loss_at_least,
            judge_full,
            ..
        } = why_not(&instance, &found, at(0, 0))
        else {
            panic!("paper 0 does not get judge 0");
        };
        assert_eq!((score, judge_full), (50, true));
        let force = Edits {
            lock: vec![at(0, 0)],
            forbid: vec![],
        };
        let price = price_of(&instance, &rules, &found, &force).unwrap();
        assert_eq!(price.loss, 40, "50 + 10 instead of 40 + 60");
        assert!(i128::from(loss_at_least) <= price.loss);
        assert_eq!(price.change.added.len(), 2);
        assert_eq!(price.change.removed.len(), 2);
    }

    #[test]
    fn parts_add_up_to_the_score() {
        let part = |code: &str, micro| Part {
            code: code.to_owned(),
            micro,
        };
        assert_eq!(
            total_of(&[part("text", 400_000), part("region", -1)]),
            399_999
        );
        assert_eq!(
            total_of(&[part("text", i64::MAX), part("bid", 1)]),
            crate::MAX_SCORE
        );
    }
}
