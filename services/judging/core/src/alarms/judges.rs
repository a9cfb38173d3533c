//! Judges who are severe, erratic, flat, or see one thing in every criterion.

use std::collections::BTreeMap;

use super::Finding;
use crate::distributions::chi_square_above;
use crate::fdr::adjusted;
use crate::model::Model;
use crate::reml::deleted::Deleted;
use crate::table::Table;

/// Adjusted p-values below raise an alarm.
const Q: f64 = 0.01;
/// A judge with fewer reviews says too little about himself.
const FEWEST: usize = 5;

/// Judges whose leniency is beyond two standard deviations of judges and beyond `half_step` points.
pub fn severe(model: &Model, half_step: f64) -> Vec<Finding> {
    let Ok(fit) = &model.fit else {
        return Vec::new();
    };
    let sd = libm::sqrt(fit.variances.judge);
    let is_severe = |blup: f64| sd > 0.0 && libm::fabs(blup) > libm::fmax(2.0 * sd, half_step);
    model
        .judges
        .iter()
        .zip(&fit.judges)
        .filter(|(_, effect)| is_severe(effect.blup))
        .map(|(judge, effect)| Finding::SevereJudge {
            judge: judge.to_string(),
            leniency: effect.blup,
            sds: effect.blup / sd,
        })
        .collect()
}

/// Judges whose deleted residuals are larger than chance makes them (mean square above 1.5).
pub fn erratic(model: &Model, residuals: &[Deleted]) -> Vec<Finding> {
    let far = tested(model, residuals, chi_square_above, |square| square > 1.5);
    far.into_iter()
        .map(|(judge, mean_square, q)| Finding::ErraticJudge {
            judge,
            mean_square,
            q,
        })
        .collect()
}

/// Judges whose deleted residuals are smaller than chance makes them (mean square below 0.5).
pub fn muted(model: &Model, residuals: &[Deleted]) -> Vec<Finding> {
    let below = |sum, freedom| 1.0 - chi_square_above(sum, freedom);
    let near = tested(model, residuals, below, |square| square < 0.5);
    near.into_iter()
        .map(|(judge, mean_square, q)| Finding::MutedJudge {
            judge,
            mean_square,
            q,
        })
        .collect()
}

/// Judges whose mean squared residual is conspicuous both by its size and by its tail probability.
fn tested(
    model: &Model,
    residuals: &[Deleted],
    tail: impl Fn(f64, f64) -> f64,
    conspicuous: impl Fn(f64) -> bool,
) -> Vec<(String, f64, f64)> {
    let mut sums = vec![(0.0, 0usize); model.judges.len()];
    for deleted in residuals {
        sums[deleted.judge].0 += deleted.z * deleted.z;
        sums[deleted.judge].1 += 1;
    }
    let enough: Vec<usize> = (0..sums.len()).filter(|j| sums[*j].1 >= FEWEST).collect();
    let p: Vec<f64> = enough
        .iter()
        .map(|j| tail(sums[*j].0, sums[*j].1 as f64))
        .collect();
    enough
        .into_iter()
        .zip(adjusted(&p))
        .map(|(j, q)| (j, sums[j].0 / sums[j].1 as f64, q))
        .filter(|(_, mean_square, q)| conspicuous(*mean_square) && *q < Q)
        .map(|(j, mean_square, q)| (model.judges[j].to_string(), mean_square, q))
        .collect()
}

/// Judges who gave one score in more than four of five reviews.
pub fn flat(model: &Model) -> Vec<Finding> {
    let mut given: Vec<BTreeMap<u64, usize>> = vec![BTreeMap::new(); model.judges.len()];
    for score in &model.scores {
        *given[score.judge].entry(score.total.to_bits()).or_default() += 1;
    }
    let most_frequent = given.iter().zip(&model.judges).map(|(counts, judge)| {
        let reviews: usize = counts.values().sum();
        let most = counts.values().copied().max().unwrap_or(0);
        (judge, reviews, most as f64 / reviews.max(1) as f64)
    });
    most_frequent
        .filter(|(_, reviews, share)| *reviews >= FEWEST && *share > 0.8)
        .map(|(judge, reviews, share)| Finding::FlatJudge {
            judge: judge.to_string(),
            share,
            reviews,
        })
        .collect()
}

/// Judges whose marks on different criteria correlate above 0.95 on average.
pub fn halo(table: &Table) -> Vec<Finding> {
    if table.criteria.len() < 2 {
        return Vec::new();
    }
    let mut marks = vec![Vec::new(); table.judges.len()];
    for (score, review) in table.scores.iter().zip(&table.marks) {
        marks[score.judge].push(review);
    }
    let judged = table
        .judges
        .iter()
        .zip(&marks)
        .filter(|(_, reviews)| reviews.len() >= FEWEST);
    judged
        .filter_map(|(judge, reviews)| {
            let correlation = mean_correlation(reviews, table.criteria.len())?;
            (correlation > 0.95).then(|| Finding::Halo {
                judge: judge.to_string(),
                correlation,
                reviews: reviews.len(),
            })
        })
        .collect()
}

fn mean_correlation(reviews: &[&Vec<Option<f64>>], criteria: usize) -> Option<f64> {
    let mut all = Vec::new();
    for a in 0..criteria {
        for b in 0..a {
            let pairs: Vec<(f64, f64)> = reviews
                .iter()
                .filter_map(|marks| Some((marks[a]?, marks[b]?)))
                .collect();
            all.extend(correlation(&pairs));
        }
    }
    if all.is_empty() {
        None
    } else {
        Some(all.iter().sum::<f64>() / all.len() as f64)
    }
}

/// Pearson's correlation; `None` of fewer than three pairs or without spread.
pub(super) fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.len() < 3 {
        return None;
    }
    let count = pairs.len() as f64;
    let mean_a = pairs.iter().map(|(a, _)| a).sum::<f64>() / count;
    let mean_b = pairs.iter().map(|(_, b)| b).sum::<f64>() / count;
    let (mut aa, mut ab, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        let (a, b) = (a - mean_a, b - mean_b);
        aa += a * a;
        ab += a * b;
        bb += b * b;
    }
    let spread = aa * bb;
    (spread > 0.0).then(|| ab / libm::sqrt(spread))
}
