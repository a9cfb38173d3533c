//! The rubric: everything that turns marks into ranks, published before the round opens.
//!
//! Rounding, ties and missing marks decide medals as surely as marks do, so they are part of the
//! versioned rubric and of the hash of a ranking's inputs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::decimal::{Places, RoundingMode, Thousandths};
use crate::ids::CriterionId;
use crate::tie::TieBreak;
use crate::weight::Weight;

/// The largest mark a scale may allow, in absolute value: keeps every sum far inside 128 bits.
pub const LARGEST_MARK: Thousandths = Thousandths(1_000_000_000);

/// The marks a criterion allows: from `min` to `max` in steps of `step`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    /// The lowest mark.
    pub min: Thousandths,
    /// The highest mark.
    pub max: Thousandths,
    /// The distance between neighbouring marks.
    pub step: Thousandths,
}

impl Scale {
    /// Whether `mark` is one of the scale's marks.
    pub fn allows(self, mark: Thousandths) -> bool {
        mark >= self.min && mark <= self.max && (mark.0 - self.min.0) % self.step.0 == 0
    }
}

/// One measure by which entries are judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its id, unique in the rubric.
    pub id: CriterionId,
    /// Its share of the total; shares sum to exactly one.
    pub weight: Weight,
    /// The marks it allows.
    pub scale: Scale,
}

/// What becomes of a scorecard that lacks a mark or holds an abstention. Never a zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingMark {
    /// The weights of the criteria that were marked are scaled up to one.
    SpreadWeight,
    /// The scorecard does not count at all.
    DropScorecard,
    /// The ranking is refused until the mark is given.
    Refuse,
}

/// Where rounding happens, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundingRule {
    /// What happens to halves.
    pub mode: RoundingMode,
    /// Places of a scorecard's weighted total.
    pub scorecard: Places,
    /// Places of an entry's score: entries whose rounded scores are equal are tied.
    pub result: Places,
}

/// How the totals of an entry's scorecards become its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Aggregator {
    /// The mean over judges.
    Mean,
    /// The mean without the `drop` highest and `drop` lowest totals, where more than `2 * drop` exist.
    TrimmedMean {
        /// How many totals are dropped on each side.
        drop: u32,
    },
    /// The middle total, or the mean of the two in the middle.
    Median,
    /// The mean after every judge's scores are brought to the common mean and spread.
    ZScore,
    /// The mean after judges' leniencies, fixed numbers, are taken off.
    Additive,
    /// The crossed random effects model, exact ([`crate::reml`]); the default where each judge sees a part.
    Reml {
        /// How many places the round awards: every entry's probability to be among them is computed.
        top: Option<u32>,
    },
}

/// A rubric as written down, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RubricDraft {
    /// The rubric's version, cited by every scorecard and ranking.
    pub version: u32,
    /// The criteria; their weights sum to one.
    pub criteria: Vec<Criterion>,
    /// Where rounding happens.
    pub rounding: RoundingRule,
    /// What a missing mark means.
    pub missing: MissingMark,
    /// The fewest counted reviews an entry needs to be ranked, at least 1.
    pub min_reviews: u32,
    /// How ties are broken, first rule first; entries equal on all of them share a rank.
    pub ties: Vec<TieBreak>,
    /// How scorecards become a score.
    pub aggregator: Aggregator,
}

/// Why a draft is not a rubric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RubricError {
    /// A rubric needs a criterion.
    #[error("a rubric needs at least one criterion")]
    NoCriteria,
    /// Two criteria have the same id.
    #[error("criterion `{0}` is declared twice")]
    DuplicateCriterion(CriterionId),
    /// A criterion without weight decides nothing.
    #[error("criterion `{0}` has no weight")]
    ZeroWeight(CriterionId),
    /// The weights must sum to exactly one.
    #[error("the weights sum to {sum_ppm} parts per million, not to 1000000")]
    WeightsNotOne {
        /// What they sum to.
        sum_ppm: u64,
    },
    /// The scale is empty, has no step, does not end on a step, or is too wide.
    #[error("the scale of criterion `{0}` is not from low to high in whole steps")]
    BadScale(CriterionId),
    /// An entry needs at least one review to have a score.
    #[error("an entry needs at least one review to be ranked")]
    NoMinimum,
    /// A tie-break names a criterion the rubric does not have.
    #[error("a tie-break names the unknown criterion `{0}`")]
    UnknownTieCriterion(CriterionId),
    /// A rule is listed twice; the second can decide nothing.
    #[error("a tie-break is listed twice")]
    RepeatedTieBreak,
}

/// A checked rubric, its criteria sorted by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Rubric(RubricDraft);

impl Rubric {
    /// Checks a draft.
    ///
    /// # Errors
    /// The first thing that keeps the draft from being a rubric.
    pub fn new(mut draft: RubricDraft) -> Result<Self, RubricError> {
        draft.criteria.sort_by(|a, b| a.id.cmp(&b.id));
        if draft.criteria.is_empty() {
            return Err(RubricError::NoCriteria);
        }
        if let Some([twin, _]) = draft.criteria.array_windows().find(|[a, b]| a.id == b.id) {
            return Err(RubricError::DuplicateCriterion(twin.id.clone()));
        }
        for criterion in &draft.criteria {
            check_criterion(criterion)?;
        }
        let sum_ppm: u64 = draft
            .criteria
            .iter()
            .map(|c| u64::from(c.weight.ppm()))
            .sum();
        if sum_ppm != u64::from(Weight::ONE.ppm()) {
            return Err(RubricError::WeightsNotOne { sum_ppm });
        }
        if draft.min_reviews == 0 {
            return Err(RubricError::NoMinimum);
        }
        let mut seen = BTreeSet::new();
        for tie_break in &draft.ties {
            if let TieBreak::Criterion { id } = tie_break
                && !draft.criteria.iter().any(|criterion| criterion.id == *id)
            {
                return Err(RubricError::UnknownTieCriterion(id.clone()));
            }
            if !seen.insert(tie_break) {
                return Err(RubricError::RepeatedTieBreak);
            }
        }
        Ok(Self(draft))
    }

    /// The criteria, by id.
    pub fn criteria(&self) -> &[Criterion] {
        &self.0.criteria
    }

    /// The position of a criterion among [`Self::criteria`].
    pub fn position(&self, id: &CriterionId) -> Option<usize> {
        self.0
            .criteria
            .binary_search_by(|criterion| criterion.id.cmp(id))
            .ok()
    }

    /// The rubric's version.
    pub fn version(&self) -> u32 {
        self.0.version
    }

    /// Where rounding happens.
    pub fn rounding(&self) -> RoundingRule {
        self.0.rounding
    }

    /// What a missing mark means.
    pub fn missing(&self) -> MissingMark {
        self.0.missing
    }

    /// The fewest counted reviews an entry needs to be ranked.
    pub fn min_reviews(&self) -> u32 {
        self.0.min_reviews
    }

    /// The tie-breaks, first rule first.
    pub fn ties(&self) -> &[TieBreak] {
        &self.0.ties
    }

    /// How scorecards become a score.
    pub fn aggregator(&self) -> Aggregator {
        self.0.aggregator
    }

    /// The rubric as it may be written down again.
    pub fn into_draft(self) -> RubricDraft {
        self.0
    }
}

fn check_criterion(criterion: &Criterion) -> Result<(), RubricError> {
    let Scale { min, max, step } = criterion.scale;
    let bounded = min.0.abs() <= LARGEST_MARK.0 && max.0.abs() <= LARGEST_MARK.0;
    if !bounded || step.0 <= 0 || min >= max || (max.0 - min.0) % step.0 != 0 {
        return Err(RubricError::BadScale(criterion.id.clone()));
    }
    if criterion.weight.ppm() == 0 {
        return Err(RubricError::ZeroWeight(criterion.id.clone()));
    }
    Ok(())
}
