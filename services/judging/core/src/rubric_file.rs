//! A rubric as an organiser writes it by hand: numbers as decimals, sensible defaults, names for rules.
//!
//! ```yaml
//! version: 1
//! criteria:
//!   - {id: impact, weight: 60%, scale: {min: 1, max: 10, step: 0.5}}
//!   - {id: plan, weight: 0.4, scale: {min: 1, max: 10, step: 0.5}}
//! rounding: {mode: half_up, scorecard: 3, result: 2}
//! missing: spread_weight
//! min_reviews: 2
//! ties: [criterion impact, head_to_head, lower_spread]
//! aggregator: reml
//! top: 10
//! ```

use serde::Deserialize;

use crate::decimal::{Places, RoundingMode, Thousandths};
use crate::ids::CriterionId;
use crate::rubric::{
    Aggregator, Criterion, MissingMark, RoundingRule, Rubric, RubricDraft, RubricError, Scale,
};
use crate::tie::TieBreak;

/// Why a file is not a rubric.
#[derive(Debug, thiserror::Error)]
pub enum RubricFileError {
    /// A member is unknown, missing or of the wrong kind.
    #[error("the rubric is not understood: {0}")]
    Shape(#[from] serde_json::Error),
    /// A text is not what it should be.
    #[error("{member}: `{text}` {cause}")]
    Text {
        /// Which member.
        member: &'static str,
        /// What is there.
        text: String,
        /// What is wrong.
        cause: String,
    },
    /// The rubric contradicts itself.
    #[error(transparent)]
    Rubric(#[from] RubricError),
}

/// The file; scalars are texts, whatever the format made of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Option<String>,
    criteria: Vec<FileCriterion>,
    rounding: Option<FileRounding>,
    missing: Option<MissingMark>,
    min_reviews: Option<String>,
    #[serde(default)]
    ties: Vec<String>,
    aggregator: Option<String>,
    drop: Option<String>,
    top: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCriterion {
    id: String,
    weight: String,
    scale: FileScale,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileScale {
    min: String,
    max: String,
    step: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRounding {
    mode: Option<RoundingMode>,
    scorecard: Option<String>,
    result: Option<String>,
}

/// Reads a rubric from a document whose scalars are all texts.
///
/// # Errors
/// [`RubricFileError`] with the first member that is wrong.
pub fn read(document: serde_json::Value) -> Result<Rubric, RubricFileError> {
    let file: File = serde_json::from_value(document)?;
    let rounding = file.rounding.unwrap_or(FileRounding {
        mode: None,
        scorecard: None,
        result: None,
    });
    let drop = number("drop", file.drop.as_deref(), 1)?;
    let top = file
        .top
        .as_deref()
        .map(|text| number("top", Some(text), 0))
        .transpose()?;
    let aggregator = match file.aggregator.as_deref() {
        None | Some("mean") => Aggregator::Mean,
        Some("trimmed") => Aggregator::TrimmedMean { drop },
        Some("median") => Aggregator::Median,
        Some("z") => Aggregator::ZScore,
        Some("fixed") => Aggregator::Additive,
        Some("reml") => Aggregator::Reml { top },
        Some(other) => {
            return Err(wrong(
                "aggregator",
                other,
                "is none of mean, trimmed, median, z, fixed, reml",
            ));
        }
    };
    let draft = RubricDraft {
        version: number("version", file.version.as_deref(), 1)?,
        criteria: file
            .criteria
            .into_iter()
            .map(criterion)
            .collect::<Result<_, _>>()?,
        rounding: RoundingRule {
            mode: rounding.mode.unwrap_or(RoundingMode::HalfUp),
            scorecard: places("rounding.scorecard", rounding.scorecard.as_deref())?,
            result: places("rounding.result", rounding.result.as_deref())?,
        },
        missing: file.missing.unwrap_or(MissingMark::SpreadWeight),
        min_reviews: number("min_reviews", file.min_reviews.as_deref(), 1)?,
        ties: file
            .ties
            .iter()
            .map(|rule| tie_break(rule))
            .collect::<Result<_, _>>()?,
        aggregator,
    };
    Ok(Rubric::new(draft)?)
}

fn wrong(member: &'static str, text: &str, cause: &(impl ToString + ?Sized)) -> RubricFileError {
    RubricFileError::Text {
        member,
        text: text.to_owned(),
        cause: cause.to_string(),
    }
}

fn number(member: &'static str, text: Option<&str>, default: u32) -> Result<u32, RubricFileError> {
    let Some(text) = text else { return Ok(default) };
    text.parse()
        .map_err(|_| wrong(member, text, "is not a whole number"))
}

fn places(member: &'static str, text: Option<&str>) -> Result<Places, RubricFileError> {
    let Some(text) = text else {
        return Ok(Places::THREE);
    };
    let places = text.parse().ok().and_then(Places::new);
    places.ok_or_else(|| wrong(member, text, "is not a number of places from 0 to 3"))
}

fn criterion(file: FileCriterion) -> Result<Criterion, RubricFileError> {
    let decimal = |member, text: &str| -> Result<Thousandths, RubricFileError> {
        text.parse().map_err(|cause| wrong(member, text, &cause))
    };
    Ok(Criterion {
        id: CriterionId::new(file.id),
        weight: file
            .weight
            .parse()
            .map_err(|cause| wrong("weight", &file.weight, &cause))?,
        scale: Scale {
            min: decimal("scale.min", &file.scale.min)?,
            max: decimal("scale.max", &file.scale.max)?,
            step: decimal("scale.step", &file.scale.step)?,
        },
    })
}

fn tie_break(text: &str) -> Result<TieBreak, RubricFileError> {
    match text.split_whitespace().collect::<Vec<_>>()[..] {
        ["criterion", id] => Ok(TieBreak::Criterion { id: id.into() }),
        ["head_to_head"] => Ok(TieBreak::HeadToHead),
        ["lower_spread"] => Ok(TieBreak::LowerSpread),
        ["more_reviews"] => Ok(TieBreak::MoreReviews),
        ["seeded_draw"] => Ok(TieBreak::SeededDraw),
        _ => Err(wrong(
            "ties",
            text,
            "is none of `criterion ID`, head_to_head, lower_spread, more_reviews, seeded_draw",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rubric_by_hand_needs_little() {
        let scale = json!({"min": "1", "max": "10", "step": "0.5"});
        let rubric = read(json!({
            "criteria": [
                {"id": "impact", "weight": "60%", "scale": scale},
                {"id": "plan", "weight": "0.4", "scale": scale},
            ],
            "ties": ["criterion impact", "head_to_head"],
            "aggregator": "reml",
            "top": "10",
        }))
        .unwrap();
        assert_eq!(rubric.aggregator(), Aggregator::Reml { top: Some(10) });
        assert_eq!(rubric.ties().len(), 2);
        assert_eq!(rubric.criteria()[0].weight.ppm(), 600_000);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = |document| read(document).unwrap_err().to_string();
        assert!(error(json!({"criteria": [], "colour": "red"})).contains("colour"));
        assert_eq!(
            error(json!({"criteria": []})),
            "a rubric needs at least one criterion"
        );
        let text = error(json!({"criteria": [], "ties": ["coin"]}));
        assert!(text.starts_with("ties: `coin` is none of"), "{text}");
    }
}
