//! A scorecard: one mark or one abstention per criterion, on the criterion's scale.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use winner_judging_core::{CriterionId, Mark, Rubric, Thousandths};
use winner_proto::judging::v1 as pb;

/// Marks of a scorecard, by criterion; stored as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks(pub BTreeMap<CriterionId, Mark>);

/// Comments of a scorecard, by criterion: personal, kept in judging only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Comments(pub BTreeMap<String, String>);

/// Longest comment, in characters.
pub const MAX_COMMENT: usize = 4_000;

/// What is wrong with one score: its position and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreProblem {
    /// Position in the request's list; the list's length where a criterion is missing.
    pub index: usize,
    /// Why.
    pub cause: ScoreCause,
}

/// Why a score is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScoreCause {
    /// The rubric has no such criterion.
    #[error("the rubric has no such criterion")]
    UnknownCriterion,
    /// The criterion is there twice.
    #[error("the criterion is scored twice")]
    Twice,
    /// Neither a score nor an abstention.
    #[error("give a score or abstain")]
    NoMark,
    /// Not on the scale.
    #[error("the score is not on the criterion's scale")]
    OffScale,
    /// Too long.
    #[error("the comment is longer than 4,000 characters")]
    LongComment,
    /// A criterion is neither scored nor abstained on.
    #[error("criterion {0} is neither scored nor abstained on")]
    Missing(String),
}

/// Reads the scores of a request against the rubric.
///
/// # Errors
/// Every problem at once.
pub fn parse(
    rubric: &Rubric,
    scores: &[pb::Score],
) -> Result<(Marks, Comments), Vec<ScoreProblem>> {
    let mut marks = BTreeMap::new();
    let mut comments = BTreeMap::new();
    let mut problems = Vec::new();
    for (index, score) in scores.iter().enumerate() {
        let id = CriterionId::new(score.criterion_id.as_str());
        let criterion = rubric
            .position(&id)
            .and_then(|at| rubric.criteria().get(at));
        let mark = match &score.mark {
            Some(pb::score::Mark::Thousandths(value)) => {
                Some(Mark::Given(Thousandths(i64::from(*value))))
            }
            Some(pb::score::Mark::Abstain(true)) => Some(Mark::Abstained),
            Some(pb::score::Mark::Abstain(false)) | None => None,
        };
        let cause = match (criterion, mark) {
            (None, _) => Some(ScoreCause::UnknownCriterion),
            (Some(_), None) => Some(ScoreCause::NoMark),
            (Some(c), Some(Mark::Given(value))) if !c.scale.allows(value) => {
                Some(ScoreCause::OffScale)
            }
            _ if score.comment.chars().count() > MAX_COMMENT => Some(ScoreCause::LongComment),
            (Some(_), Some(mark)) => {
                if !score.comment.is_empty() {
                    comments.insert(score.criterion_id.clone(), score.comment.clone());
                }
                marks.insert(id, mark).map(|_| ScoreCause::Twice)
            }
        };
        problems.extend(cause.map(|cause| ScoreProblem { index, cause }));
    }
    let named = |id: &CriterionId| scores.iter().any(|s| s.criterion_id == id.as_str());
    problems.extend(
        rubric
            .criteria()
            .iter()
            .filter(|c| !named(&c.id))
            .map(|c| ScoreProblem {
                index: scores.len(),
                cause: ScoreCause::Missing(c.id.to_string()),
            }),
    );
    if problems.is_empty() {
        Ok((Marks(marks), Comments(comments)))
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::{RoundRules, tests::definition};

    fn rubric() -> Rubric {
        RoundRules::parse(&definition()).unwrap().rubric(1).unwrap()
    }

    fn score(criterion: &str, thousandths: i32) -> pb::Score {
        pb::Score {
            criterion_id: criterion.to_owned(),
            mark: Some(pb::score::Mark::Thousandths(thousandths)),
            comment: String::new(),
        }
    }

    #[test]
    fn a_full_scorecard_is_taken() {
        let (marks, _) = parse(
            &rubric(),
            &[score("dampak", 8_500), score("kebaruan", 7_000)],
        )
        .unwrap();
        assert_eq!(marks.0.len(), 2);
    }

    #[test]
    fn an_abstention_is_never_a_zero() {
        let mut abstained = score("kebaruan", 0);
        abstained.mark = Some(pb::score::Mark::Abstain(true));
        let (marks, _) = parse(&rubric(), &[score("dampak", 8_500), abstained]).unwrap();
        assert_eq!(marks.0[&CriterionId::new("kebaruan")], Mark::Abstained);
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let problems =
            parse(&rubric(), &[score("dampak", 8_600), score("lain", 1_000)]).unwrap_err();
        let causes: Vec<_> = problems.into_iter().map(|p| (p.index, p.cause)).collect();
        assert_eq!(
            causes,
            [
                (0, ScoreCause::OffScale),
                (1, ScoreCause::UnknownCriterion),
                (2, ScoreCause::Missing("kebaruan".to_owned())),
            ]
        );
    }

    #[test]
    fn a_criterion_scored_twice_is_refused() {
        let twice = [
            score("dampak", 1_000),
            score("dampak", 2_000),
            score("kebaruan", 500),
        ];
        let problems = parse(&rubric(), &twice).unwrap_err();
        assert_eq!(problems[0].cause, ScoreCause::Twice);
    }
}
