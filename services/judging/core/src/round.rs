//! A round ready to be ranked: what counts, sorted, totalled, and nothing else.
//!
//! Everything after this works on sorted data, so that the order in which scorecards arrived can
//! change no byte of a ranking; and an excluded scorecard is gone as if it had never been written.

use std::collections::{BTreeMap, BTreeSet};

use crate::decimal::Thousandths;
use crate::exact::Fraction;
use crate::ids::{CriterionId, EntryId, JudgeId};
use crate::ranking::RankingInput;
use crate::rubric::{MissingMark, Rubric};
use crate::scorecard::{Mark, Scorecard};

/// Why scorecards cannot be ranked under a rubric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// An entry is listed twice.
    #[error("entry `{0}` is listed twice")]
    DuplicateEntry(EntryId),
    /// A scorecard is for an entry that is not in the round.
    #[error("judge `{judge}` scored `{entry}`, which is not in the round")]
    UnknownEntry {
        /// The entry.
        entry: EntryId,
        /// The judge.
        judge: JudgeId,
    },
    /// A judge has two scorecards for one entry.
    #[error("judge `{judge}` has two scorecards for entry `{entry}`")]
    DuplicateScorecard {
        /// The entry.
        entry: EntryId,
        /// The judge.
        judge: JudgeId,
    },
    /// A scorecard marks a criterion the rubric does not have.
    #[error("judge `{judge}` marked `{entry}` on `{criterion}`, which the rubric does not have")]
    UnknownCriterion {
        /// The entry.
        entry: EntryId,
        /// The judge.
        judge: JudgeId,
        /// The criterion.
        criterion: CriterionId,
    },
    /// A mark is not on its criterion's scale.
    #[error("judge `{judge}` gave `{entry}` {mark} on `{criterion}`: not on the scale")]
    OffScale {
        /// The entry.
        entry: EntryId,
        /// The judge.
        judge: JudgeId,
        /// The criterion.
        criterion: CriterionId,
        /// The mark.
        mark: Thousandths,
    },
    /// A mark is missing and the rubric allows none to be missing.
    #[error("judge `{judge}` gave `{entry}` no mark on `{criterion}`, and the rubric demands it")]
    MarkMissing {
        /// The entry.
        entry: EntryId,
        /// The judge.
        judge: JudgeId,
        /// The criterion.
        criterion: CriterionId,
    },
}

/// A scorecard that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Who judged.
    pub judge: JudgeId,
    /// The weighted total, rounded by the rubric's rule.
    pub total: Thousandths,
    /// The marks in the order of the rubric's criteria; `None` is an abstention.
    pub marks: Vec<Option<Thousandths>>,
}

/// An entry with the reviews that count, by judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedEntry {
    /// The entry.
    pub entry: EntryId,
    /// Its reviews, sorted by judge.
    pub reviews: Vec<Review>,
}

/// Sorts, checks and totals the scorecards of a round; entries come out sorted by id.
///
/// # Errors
/// The first [`InputError`], in the order of entries, judges and criteria. Excluded scorecards are not
/// looked at.
pub fn assemble(input: &RankingInput) -> Result<Vec<ReviewedEntry>, InputError> {
    let excluded: BTreeSet<(&EntryId, &JudgeId)> = input
        .exclusions
        .iter()
        .map(|exclusion| (&exclusion.entry, &exclusion.judge))
        .collect();
    let mut entries: BTreeMap<&EntryId, Vec<Review>> = BTreeMap::new();
    for entry in &input.entries {
        if entries.insert(entry, Vec::new()).is_some() {
            return Err(InputError::DuplicateEntry(entry.clone()));
        }
    }
    let mut scorecards: Vec<&Scorecard> = input
        .scorecards
        .iter()
        .filter(|card| !excluded.contains(&(&card.entry, &card.judge)))
        .collect();
    scorecards.sort_by(|a, b| (&a.entry, &a.judge).cmp(&(&b.entry, &b.judge)));
    if let Some([twin, _]) = scorecards
        .array_windows()
        .find(|[a, b]| (&a.entry, &a.judge) == (&b.entry, &b.judge))
    {
        return Err(InputError::DuplicateScorecard {
            entry: twin.entry.clone(),
            judge: twin.judge.clone(),
        });
    }
    for card in scorecards {
        let Some(reviews) = entries.get_mut(&card.entry) else {
            return Err(InputError::UnknownEntry {
                entry: card.entry.clone(),
                judge: card.judge.clone(),
            });
        };
        reviews.extend(review(&input.rubric, card)?);
    }
    Ok(entries
        .into_iter()
        .map(|(entry, reviews)| ReviewedEntry {
            entry: entry.clone(),
            reviews,
        })
        .collect())
}

/// A scorecard's review; `None` when by the rubric's rule it does not count.
fn review(rubric: &Rubric, card: &Scorecard) -> Result<Option<Review>, InputError> {
    let marks = read_marks(rubric, card)?;
    let missing = marks.iter().position(Option::is_none);
    match (missing, rubric.missing()) {
        (Some(index), MissingMark::Refuse) => {
            return Err(InputError::MarkMissing {
                entry: card.entry.clone(),
                judge: card.judge.clone(),
                criterion: rubric.criteria()[index].id.clone(),
            });
        }
        (Some(_), MissingMark::DropScorecard) => return Ok(None),
        (Some(_), MissingMark::SpreadWeight) | (None, _) => {}
    }
    Ok(weighted_total(rubric, &marks).map(|total| Review {
        judge: card.judge.clone(),
        total,
        marks,
    }))
}

fn read_marks(rubric: &Rubric, card: &Scorecard) -> Result<Vec<Option<Thousandths>>, InputError> {
    let mut marks = vec![None; rubric.criteria().len()];
    for (id, mark) in &card.marks {
        let Some(index) = rubric.position(id) else {
            return Err(InputError::UnknownCriterion {
                entry: card.entry.clone(),
                judge: card.judge.clone(),
                criterion: id.clone(),
            });
        };
        let Mark::Given(mark) = *mark else { continue };
        if !rubric.criteria()[index].scale.allows(mark) {
            return Err(InputError::OffScale {
                entry: card.entry.clone(),
                judge: card.judge.clone(),
                criterion: id.clone(),
                mark,
            });
        }
        marks[index] = Some(mark);
    }
    Ok(marks)
}

/// The weighted total of the marks that were given, weights scaled to one; `None` of none.
fn weighted_total(rubric: &Rubric, marks: &[Option<Thousandths>]) -> Option<Thousandths> {
    let (sum, weight) = rubric.criteria().iter().zip(marks).fold(
        (0i128, 0i128),
        |(sum, weight), (criterion, mark)| match mark {
            Some(mark) => {
                let share = i128::from(criterion.weight.ppm());
                (sum + share * i128::from(mark.0), weight + share)
            }
            None => (sum, weight),
        },
    );
    let rule = rubric.rounding();
    Fraction::new(sum, weight).map(|total| total.rounded(rule.scorecard, rule.mode))
}
