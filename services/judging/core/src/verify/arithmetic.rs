//! The verifier's own decimal arithmetic: plain integers, written anew.

use std::collections::{BTreeMap, BTreeSet};

use super::VerifyError;
use crate::decimal::{Places, RoundingMode, Thousandths};
use crate::ids::{EntryId, JudgeId};
use crate::ranking::RankingInput;
use crate::round::{Review, ReviewedEntry};
use crate::rubric::{MissingMark, RoundingRule};
use crate::scorecard::Mark;

/// `numerator / denominator` thousandths, rounded to `places`: by comparing remainders, not by adding
/// halves.
pub fn rounded(numerator: i128, denominator: i128, places: Places, mode: RoundingMode) -> i128 {
    let unit = i128::from(places.unit()) * denominator;
    let floor = numerator.div_euclid(unit);
    let above = numerator - floor * unit;
    let below = unit - above;
    let up = match mode {
        RoundingMode::Truncate => numerator < 0 && above > 0,
        RoundingMode::HalfUp => above > below || (above == below && numerator > 0),
        RoundingMode::HalfEven => above > below || (above == below && floor.rem_euclid(2) == 1),
    };
    (floor + i128::from(up)) * i128::from(places.unit())
}

/// The entries with the reviews that count, recomputed from the scorecards.
///
/// # Errors
/// [`VerifyError::NotOneRound`] when scorecards contradict the rubric or each other.
pub fn reviews(input: &RankingInput) -> Result<Vec<ReviewedEntry>, VerifyError> {
    let gone: BTreeSet<(&EntryId, &JudgeId)> = input
        .exclusions
        .iter()
        .map(|gone| (&gone.entry, &gone.judge))
        .collect();
    let mut all: BTreeMap<&EntryId, BTreeMap<&JudgeId, Option<Review>>> = input
        .entries
        .iter()
        .map(|entry| (entry, BTreeMap::new()))
        .collect();
    let rule = input.rubric.rounding();
    for card in &input.scorecards {
        if gone.contains(&(&card.entry, &card.judge)) {
            continue;
        }
        let (mut weighted, mut weights, mut marks) = (0i128, 0i128, Vec::new());
        for criterion in input.rubric.criteria() {
            let mark = match card.marks.get(&criterion.id) {
                Some(Mark::Given(mark)) => Some(*mark),
                Some(Mark::Abstained) | None => None,
            };
            if let Some(mark) = mark {
                if !criterion.scale.allows(mark) {
                    return Err(VerifyError::NotOneRound("a mark is not on its scale"));
                }
                let weight = i128::from(criterion.weight.ppm());
                weighted += weight * i128::from(mark.0);
                weights += weight;
            }
            marks.push(mark);
        }
        let incomplete = marks.contains(&None);
        if incomplete && input.rubric.missing() == MissingMark::Refuse {
            return Err(VerifyError::NotOneRound(
                "a mark is missing that the rubric demands",
            ));
        }
        let dropped = incomplete && input.rubric.missing() == MissingMark::DropScorecard;
        let review = (weights > 0 && !dropped).then(|| Review {
            judge: card.judge.clone(),
            total: decimal(rounded(weighted, weights, rule.scorecard, rule.mode)),
            marks,
        });
        let of_entry = all.get_mut(&card.entry).ok_or(VerifyError::NotOneRound(
            "a scorecard is of an entry that is not listed",
        ))?;
        if of_entry.insert(&card.judge, review).is_some() {
            return Err(VerifyError::NotOneRound(
                "a judge has two scorecards for an entry",
            ));
        }
    }
    Ok(all
        .into_iter()
        .map(|(entry, reviews)| ReviewedEntry {
            entry: entry.clone(),
            reviews: reviews.into_values().flatten().collect(),
        })
        .collect())
}

/// The mean of some totals, rounded by the rule.
pub fn mean(totals: &[i64], rule: RoundingRule) -> Thousandths {
    let sum: i128 = totals.iter().map(|total| i128::from(*total)).sum();
    decimal(rounded(
        sum,
        totals.len().max(1) as i128,
        rule.result,
        rule.mode,
    ))
}

/// Whether `claimed` is the standard error of the mean of some totals, to the nearest thousandth: by
/// squaring it, without a root.
pub fn is_standard_error(totals: &[i64], claimed: Option<Thousandths>) -> bool {
    let count = totals.len() as i128;
    let Some(claimed) = claimed else {
        return count < 2;
    };
    if count < 2 || claimed.0 < 0 {
        return false;
    }
    let sum: i128 = totals.iter().map(|total| i128::from(*total)).sum();
    // n^3 (n - 1) times the squared error, as squares of n x - sum.
    let squares: i128 = totals
        .iter()
        .map(|total| (count * i128::from(*total) - sum).pow(2))
        .sum();
    let scale = count.pow(3) * (count - 1);
    let twice = 2 * i128::from(claimed.0);
    let low = claimed.0 == 0 || (twice - 1).pow(2) * scale <= 4 * squares;
    low && 4 * squares < (twice + 1).pow(2) * scale
}

fn decimal(value: i128) -> Thousandths {
    Thousandths(i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::Fraction;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn two_ways_of_rounding_agree(n in -10_000i128..10_000, d in 1i128..50, places in 0u8..=3) {
            let places = Places::new(places).unwrap();
            for mode in [RoundingMode::HalfUp, RoundingMode::HalfEven, RoundingMode::Truncate] {
                let engine = Fraction::new(n, d).unwrap().rounded(places, mode);
                prop_assert_eq!(rounded(n, d, places, mode), i128::from(engine.0), "{:?}", mode);
            }
        }

        #[test]
        fn two_ways_to_a_standard_error_agree(totals in proptest::collection::vec(-9000i64..9000, 2..9)) {
            let decimals: Vec<Thousandths> = totals.iter().copied().map(Thousandths).collect();
            let engine = Fraction::sample_variance(&decimals)
                .and_then(|variance| variance.over(totals.len() as i128))
                .map(Fraction::square_root)
                .unwrap();
            prop_assert!(is_standard_error(&totals, Some(engine)));
            prop_assert!(!is_standard_error(&totals, Some(Thousandths(engine.0 + 1))));
            prop_assert!(engine.0 == 0 || !is_standard_error(&totals, Some(Thousandths(engine.0 - 1))));
        }
    }
}
