//! How much a rank owes to the method: every entry's rank under every method.

use serde::Serialize;

use crate::decimal::Places;
use crate::methods::{additive, z_scores};
use crate::model::{Model, to_decimal};

/// A way to score that is computed beside the declared one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The mean.
    Mean,
    /// The mean without the highest and the lowest score.
    Trimmed,
    /// The median.
    Median,
    /// Per-judge z-scores.
    Z,
    /// Additive fixed effects.
    Fixed,
    /// Crossed random effects.
    Reml,
}

/// Every method, in the order of the panel.
pub const METHODS: [Method; 6] = [
    Method::Mean,
    Method::Trimmed,
    Method::Median,
    Method::Z,
    Method::Fixed,
    Method::Reml,
];

/// The score of every entry under a method, as a float; `None` where the method has none.
pub fn scores(model: &Model, method: Method) -> Option<Vec<f64>> {
    match method {
        Method::Mean => Some(of_sorted(model, 0)),
        Method::Trimmed => Some(of_sorted(model, 1)),
        Method::Median => Some(of_sorted(model, usize::MAX)),
        Method::Z => Some(z_scores(model)),
        Method::Fixed => additive(model),
        Method::Reml => {
            let fit = model.fit.as_ref().ok()?;
            Some(
                fit.entries
                    .iter()
                    .map(|effect| fit.mu + effect.blup)
                    .collect(),
            )
        }
    }
}

/// The mean of every entry's totals without the `drop` lowest and highest; where that leaves none, the
/// plain mean, or for the largest `drop` the median.
fn of_sorted(model: &Model, drop: usize) -> Vec<f64> {
    model
        .scores
        .chunk_by(|a, b| a.entry == b.entry)
        .map(|reviews| {
            let mut totals: Vec<f64> = reviews.iter().map(|score| score.total).collect();
            totals.sort_by(f64::total_cmp);
            let middle = (totals.len() - 1) / 2;
            let drop = match drop {
                usize::MAX => middle,
                drop if totals.len() > 2 * drop => drop,
                _ => 0,
            };
            let kept = &totals[drop..totals.len() - drop];
            kept.iter().sum::<f64>() / kept.len() as f64
        })
        .collect()
}

/// Competition ranks of scores rounded to `places`, best first, in the order given.
pub fn ranks(scores: &[f64], places: Places) -> Vec<u32> {
    let decimals: Vec<_> = scores
        .iter()
        .map(|score| to_decimal(*score, places))
        .collect();
    let mut sorted = decimals.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    decimals
        .iter()
        .map(|score| {
            let better = sorted.partition_point(|other| other > score);
            u32::try_from(better + 1).unwrap_or(u32::MAX)
        })
        .collect()
}

/// The ranks of every entry under every method that has one, in the order of [`METHODS`].
pub fn panel(model: &Model, places: Places) -> Vec<(Method, Vec<u32>)> {
    METHODS
        .into_iter()
        .filter_map(|method| Some((method, ranks(&scores(model, method)?, places))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Score;

    /// Four entries, three judges of different leniency, everyone sees everything.
    fn complete() -> Model {
        let merit = [6.0, 7.0, 8.0, 4.5];
        let leniency = [0.5, -1.0, 0.25];
        let scores = (0..12)
            .map(|k| Score {
                entry: k / 3,
                judge: k % 3,
                total: merit[k / 3] + leniency[k % 3],
            })
            .collect();
        let entries = ["A", "B", "C", "D"].map(Into::into).to_vec();
        Model::fitted(
            entries,
            ["J1", "J2", "J3"].map(Into::into).to_vec(),
            scores,
            None,
        )
    }

    #[test]
    fn in_a_complete_panel_every_method_ranks_alike() {
        for (method, ranks) in panel(&complete(), Places::THREE) {
            assert_eq!(ranks, [3, 2, 1, 4], "{method:?}");
        }
    }

    #[test]
    fn additive_effects_take_off_exactly_what_a_judge_adds() {
        let mut model = complete();
        let before = scores(&model, Method::Fixed).unwrap();
        for score in model.scores.iter_mut().filter(|score| score.judge == 1) {
            score.total += 2.0;
        }
        let after = scores(&model, Method::Fixed).unwrap();
        for (one, other) in before.iter().zip(&after) {
            assert!(
                (other - one - 2.0 / 3.0).abs() < 1e-12,
                "leniencies sum to zero"
            );
        }
    }

    #[test]
    fn equal_decimals_share_a_rank() {
        assert_eq!(
            ranks(&[1.0004, 1.0001, 0.5, 2.0], Places::THREE),
            [2, 2, 4, 1]
        );
    }
}
