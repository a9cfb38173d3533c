//! A round's rules: the part of an edition's definition that judging works by, checked once and then
//! handed to the engine.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use winner_judging_core::{
    Aggregator, Criterion, CriterionId, MissingMark, Places, RoundingMode, RoundingRule, Rubric,
    RubricDraft, Scale, Thousandths, TieBreak, Weight,
};
use winner_proto::intake::v1 as intake;

/// What a round is judged by. Stored as it is; frozen when the round is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundRules {
    /// The criteria, in the order of the tie-break.
    pub criteria: Vec<CriterionRule>,
    /// Every entry gets at least this many reviews.
    pub min_reviews: u32,
    /// No judge gets more entries than this.
    pub max_load: u32,
    /// Last moment for scores, in business time; a deadline without milliseconds covers its second.
    #[serde(with = "time::serde::rfc3339::option")]
    pub scoring_closes_at: Option<OffsetDateTime>,
    /// First moment for scores, in business time.
    #[serde(with = "time::serde::rfc3339::option")]
    pub scoring_opens_at: Option<OffsetDateTime>,
    /// The declared chain for equal scores.
    pub ties: Vec<TieRule>,
    /// How many different people must approve the ranking.
    pub approvals: u32,
}

/// One criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionRule {
    /// Its slug.
    pub id: String,
    /// Weight in thousandths.
    pub weight: u32,
    /// Lowest score, in thousandths.
    pub min: i64,
    /// Highest score, in thousandths.
    pub max: i64,
    /// Scores are multiples of this, in thousandths.
    pub step: i64,
}

/// One step of the chain for equal scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieRule {
    /// The criteria in the rubric's order.
    CriteriaInOrder,
    /// Comparisons won.
    HeadToHead,
    /// More reviews.
    MoreReviews,
    /// Judges who agree more.
    LowerSpread,
    /// A lottery from the round's published seed.
    Lottery,
}

/// Why a round's definition cannot be judged by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// A part is missing or out of range.
    #[error("{0} is missing or out of range")]
    Field(&'static str),
    /// The engine refuses the rubric.
    #[error("the rubric is not valid: {0}")]
    Rubric(String),
    /// The method is declared, but this version cannot compute it.
    #[error("the aggregation method is not supported")]
    Method,
}

impl RoundRules {
    /// Reads a round's definition.
    ///
    /// # Errors
    /// [`RulesError`] with what is wrong.
    pub fn parse(definition: &intake::RoundDefinition) -> Result<Self, RulesError> {
        if definition.method() != intake::AggregationMethod::Mean {
            return Err(RulesError::Method);
        }
        let rubric = definition
            .rubric
            .as_ref()
            .ok_or(RulesError::Field("rubric"))?;
        let criteria = rubric
            .criteria
            .iter()
            .map(|c| {
                Ok(CriterionRule {
                    id: c.criterion_id.clone(),
                    weight: positive(c.weight_thousandths, "weight_thousandths")?,
                    min: i64::from(c.min_thousandths),
                    max: i64::from(c.max_thousandths),
                    step: i64::from(positive(c.step_thousandths, "step_thousandths")?),
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let ties = definition
            .tie_breaks()
            .filter_map(|t| match t {
                intake::TieBreak::Unspecified => None,
                intake::TieBreak::CriteriaInOrder => Some(TieRule::CriteriaInOrder),
                intake::TieBreak::HeadToHead => Some(TieRule::HeadToHead),
                intake::TieBreak::MoreReviews => Some(TieRule::MoreReviews),
                intake::TieBreak::LowerSpread => Some(TieRule::LowerSpread),
                intake::TieBreak::Lottery => Some(TieRule::Lottery),
            })
            .collect();
        let rules = Self {
            criteria,
            min_reviews: positive(definition.min_reviews, "min_reviews")?,
            max_load: positive(definition.max_load, "max_load")?,
            scoring_opens_at: window_opens(definition)?,
            scoring_closes_at: window_closes(definition)?,
            ties,
            approvals: positive(definition.approvals.max(1), "approvals")?,
        };
        rules.rubric(1)?;
        Ok(rules)
    }

    /// The rubric as the engine takes it.
    ///
    /// # Errors
    /// [`RulesError::Rubric`] with what the engine refuses.
    pub fn rubric(&self, version: u32) -> Result<Rubric, RulesError> {
        let mut ties = Vec::new();
        for rule in &self.ties {
            match rule {
                TieRule::CriteriaInOrder => {
                    ties.extend(self.criteria.iter().map(|c| TieBreak::Criterion {
                        id: CriterionId::new(c.id.as_str()),
                    }));
                }
                TieRule::HeadToHead => ties.push(TieBreak::HeadToHead),
                TieRule::MoreReviews => ties.push(TieBreak::MoreReviews),
                TieRule::LowerSpread => ties.push(TieBreak::LowerSpread),
                TieRule::Lottery => ties.push(TieBreak::SeededDraw),
            }
        }
        let criteria = self
            .criteria
            .iter()
            .map(|c| {
                Ok(Criterion {
                    id: CriterionId::new(c.id.as_str()),
                    weight: Weight::from_thousandths(c.weight)
                        .ok_or(RulesError::Field("weight_thousandths"))?,
                    scale: Scale {
                        min: Thousandths(c.min),
                        max: Thousandths(c.max),
                        step: Thousandths(c.step),
                    },
                })
            })
            .collect::<Result<Vec<_>, RulesError>>()?;
        Rubric::new(RubricDraft {
            version,
            criteria,
            rounding: RoundingRule {
                mode: RoundingMode::HalfUp,
                scorecard: Places::THREE,
                result: Places::THREE,
            },
            missing: MissingMark::SpreadWeight,
            min_reviews: self.min_reviews,
            ties,
            aggregator: Aggregator::Mean,
        })
        .map_err(|e| RulesError::Rubric(e.to_string()))
    }
}

fn positive(value: i32, field: &'static str) -> Result<u32, RulesError> {
    u32::try_from(value)
        .ok()
        .filter(|v| *v > 0)
        .ok_or(RulesError::Field(field))
}

fn window_opens(d: &intake::RoundDefinition) -> Result<Option<OffsetDateTime>, RulesError> {
    let opens = d.scoring.as_ref().and_then(|w| w.opens_at.as_ref());
    opens.map(|t| moment(t.seconds, t.nanos)).transpose()
}

fn window_closes(d: &intake::RoundDefinition) -> Result<Option<OffsetDateTime>, RulesError> {
    let Some(closes) = d.scoring.as_ref().and_then(|w| w.closes_at.as_ref()) else {
        return Ok(None);
    };
    let at = closes
        .at
        .as_ref()
        .ok_or(RulesError::Field("scoring.closes_at"))?;
    let at = moment(at.seconds, at.nanos)?;
    Ok(Some(if closes.whole_second {
        at + time::Duration::milliseconds(999)
    } else {
        at
    }))
}

fn moment(seconds: i64, nanos: i32) -> Result<OffsetDateTime, RulesError> {
    OffsetDateTime::from_unix_timestamp(seconds)
        .map(|t| t + time::Duration::nanoseconds(i64::from(nanos)))
        .map_err(|_| RulesError::Field("scoring"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn definition() -> intake::RoundDefinition {
        let criterion = |id: &str, weight| intake::Criterion {
            criterion_id: id.to_owned(),
            weight_thousandths: weight,
            min_thousandths: 0,
            max_thousandths: 10_000,
            step_thousandths: 500,
            ..Default::default()
        };
        intake::RoundDefinition {
            round_id: "meja".to_owned(),
            rubric: Some(intake::Rubric {
                criteria: vec![criterion("dampak", 600), criterion("kebaruan", 400)],
            }),
            min_reviews: 3,
            max_load: 12,
            method: intake::AggregationMethod::Mean.into(),
            tie_breaks: vec![
                intake::TieBreak::CriteriaInOrder.into(),
                intake::TieBreak::Lottery.into(),
            ],
            approvals: 2,
            ..Default::default()
        }
    }

    #[test]
    fn a_sound_definition_becomes_a_rubric() {
        let rules = RoundRules::parse(&definition()).unwrap();
        assert_eq!(rules.rubric(1).unwrap().criteria().len(), 2);
        assert_eq!(rules.approvals, 2);
    }

    #[test]
    fn weights_that_do_not_sum_to_one_are_refused() {
        let mut bad = definition();
        bad.rubric.as_mut().unwrap().criteria[0].weight_thousandths = 500;
        assert!(matches!(
            RoundRules::parse(&bad),
            Err(RulesError::Rubric(_))
        ));
    }

    #[test]
    fn a_method_that_cannot_be_computed_is_refused_and_not_replaced() {
        let mut bad = definition();
        bad.method = intake::AggregationMethod::Reml.into();
        assert_eq!(RoundRules::parse(&bad), Err(RulesError::Method));
    }
}
