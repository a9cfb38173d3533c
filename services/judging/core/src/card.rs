//! The card an applicant gets: every number of its result, so that it can be recomputed by hand.
//!
//! At the solution of the mixed model an identity holds exactly: an entry's effect is its weight times the
//! mean of what its judges' scores are above the overall mean and the judges' own leniency,
//! `u_e = w_e mean_j(y_ej - mu - b_j)` with `w_e = n_e / (n_e + s2 / s2_entry)`. The card shows each piece.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::decimal::Thousandths;
use crate::ids::{CriterionId, EntryId};
use crate::model::{Model, Score, Standing};
use crate::reml::{Crossing, Observation, Variances, fit_with};
use crate::round::ReviewedEntry;
use crate::rubric::Rubric;

/// One review on a card; judges are letters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardReview {
    /// The judge's letter on this card.
    pub judge: String,
    /// The score.
    pub score: f64,
    /// The judge's leniency; negative is strict.
    pub leniency: f64,
    /// The merit the entry would have without this review, variances frozen; `None` if it was the only one.
    pub merit_without: Option<f64>,
}

/// An entry's card.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// The reviews, by judge.
    pub reviews: Vec<CardReview>,
    /// The plain mean of the scores.
    pub raw: f64,
    /// The mean of the scores after each judge's leniency is taken off.
    pub adjusted: f64,
    /// The overall mean.
    pub mu: f64,
    /// The weight of the reviews; the rest is the overall mean's.
    pub weight: f64,
    /// `mu + weight * (adjusted - mu)`.
    pub merit: f64,
    /// Its standard error.
    pub sd: f64,
    /// The expected rank.
    pub expected_rank: f64,
    /// The probability to be among the awarded places.
    pub p_top_k: Option<f64>,
    /// The criterion with the highest mean mark relative to all entries' mean on it.
    pub strongest: Option<CriterionId>,
    /// The criterion with the lowest.
    pub weakest: Option<CriterionId>,
}

/// The marks of an entry and of all entries on each criterion, as means.
pub type CriterionMeans = BTreeMap<CriterionId, (f64, f64)>;

/// The means of an entry's marks on each criterion, beside those of all entries; criteria without a mark
/// are left out.
pub fn criterion_means(
    rubric: &Rubric,
    entries: &[ReviewedEntry],
    entry: &EntryId,
) -> CriterionMeans {
    let mean = |index: usize, of: &dyn Fn(&ReviewedEntry) -> bool| {
        let reviews = entries
            .iter()
            .filter(|reviewed| of(reviewed))
            .flat_map(|r| &r.reviews);
        let marks: Vec<f64> = reviews
            .filter_map(|review| review.marks[index])
            .map(Thousandths::to_f64)
            .collect();
        if marks.is_empty() {
            None
        } else {
            Some(marks.iter().sum::<f64>() / marks.len() as f64)
        }
    };
    let criteria = rubric.criteria().iter().enumerate();
    criteria
        .filter_map(|(index, criterion)| {
            let own = mean(index, &|reviewed| reviewed.entry == *entry)?;
            Some((criterion.id.clone(), (own, mean(index, &|_| true)?)))
        })
        .collect()
}

impl Card {
    /// The card of entry `index`; `None` where the model was not fitted.
    pub fn of(
        model: &Model,
        index: usize,
        standing: &Standing,
        criteria: &CriterionMeans,
    ) -> Option<Self> {
        let fit = model.fit.as_ref().ok()?;
        let own: Vec<&Score> = model
            .scores
            .iter()
            .filter(|score| score.entry == index)
            .collect();
        let count = own.len() as f64;
        let raw = own.iter().map(|score| score.total).sum::<f64>() / count;
        let leniency = |score: &Score| fit.judges[score.judge].blup;
        let adjusted = own
            .iter()
            .map(|score| score.total - leniency(score))
            .sum::<f64>()
            / count;
        let weight = weight(count, fit.variances);
        let reviews = own
            .iter()
            .enumerate()
            .map(|(at, score)| CardReview {
                judge: letter(at),
                score: score.total,
                leniency: leniency(score),
                merit_without: without(model, score, fit.variances),
            })
            .collect();
        let above = |(own, all): &(f64, f64)| own - all;
        let by_strength = |(_, a): &(&CriterionId, &(f64, f64)),
                           (_, b): &(&CriterionId, &(f64, f64))| {
            above(a).total_cmp(&above(b))
        };
        Some(Self {
            reviews,
            raw,
            adjusted,
            mu: fit.mu,
            weight,
            merit: standing.merit,
            sd: standing.sd,
            expected_rank: standing.expected_rank,
            p_top_k: standing.top,
            strongest: criteria
                .iter()
                .max_by(by_strength)
                .map(|(id, _)| id.clone()),
            weakest: criteria
                .iter()
                .min_by(by_strength)
                .map(|(id, _)| id.clone()),
        })
    }

    /// By how much the identity misses: zero but for rounding.
    pub fn identity_gap(&self) -> f64 {
        libm::fabs(self.mu + self.weight * (self.adjusted - self.mu) - self.merit)
    }
}

/// `n / (n + s2 / s2_entry)`, zero where entries do not differ.
fn weight(count: f64, variances: Variances) -> f64 {
    if variances.entry <= 0.0 {
        0.0
    } else {
        count / (count + variances.error / variances.entry)
    }
}

/// A, B, … Z, AA, AB, …
fn letter(index: usize) -> String {
    let name = crate::sheet::cell_name(0, index);
    name.trim_end_matches(|c: char| c.is_ascii_digit())
        .to_owned()
}

/// The entry's merit when one review is left out, at the same variances.
fn without(model: &Model, left_out: &Score, variances: Variances) -> Option<f64> {
    let rest: Vec<&Score> = model
        .scores
        .iter()
        .filter(|score| (score.entry, score.judge) != (left_out.entry, left_out.judge))
        .collect();
    if !rest.iter().any(|score| score.entry == left_out.entry) {
        return None;
    }
    let mut judges: Vec<usize> = rest.iter().map(|score| score.judge).collect();
    judges.sort_unstable();
    judges.dedup();
    let observations = rest
        .iter()
        .map(|score| {
            Some(Observation {
                entry: u32::try_from(score.entry).ok()?,
                judge: u32::try_from(judges.binary_search(&score.judge).ok()?).ok()?,
                score: score.total,
            })
        })
        .collect::<Option<Vec<_>>>()?;
    let crossing = Crossing::new(model.entries.len(), judges.len(), observations).ok()?;
    let fit = fit_with(&crossing, variances).ok()?;
    Some(fit.mu + fit.entries[left_out.entry].blup)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranking::Seed;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_identity_on_the_card_is_exact(scores in proptest::collection::vec(0i32..20, 48)) {
            let scores: Vec<Score> = scores
                .iter()
                .enumerate()
                .map(|(k, score)| Score {
                    entry: k / 4,
                    judge: (k / 4 * 5 + k % 4 * 2) % 9,
                    total: f64::from(*score) / 2.0 + (k / 4) as f64 / 3.0,
                })
                .collect();
            let ids = |prefix: &str, count: usize| {
                (0..count).map(|i| format!("{prefix}{i:02}")).collect::<Vec<_>>()
            };
            let entries = ids("E", 12).iter().map(|id| id.as_str().into()).collect();
            let judges = ids("J", 9).iter().map(|id| id.as_str().into()).collect();
            let model = Model::fitted(entries, judges, scores, None);
            prop_assume!(model.fit.is_ok());
            for (index, standing) in model.standings(None, &Seed([0; 32])).iter().enumerate() {
                let card = Card::of(&model, index, standing, &CriterionMeans::new()).unwrap();
                prop_assert!(card.identity_gap() < 1e-9, "{}", card.identity_gap());
                prop_assert!(card.reviews.iter().all(|review| review.merit_without.is_some()));
            }
        }
    }
}
