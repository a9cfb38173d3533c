//! Other ways to turn reviews into scores, for the sensitivity panel and as aggregators of their own.

use crate::decimal::Thousandths;
use crate::exact::Fraction;
use crate::linalg::LowerTiles;
use crate::model::{Model, Score};
use crate::round::ReviewedEntry;
use crate::rubric::RoundingRule;

/// The mean of an entry's totals, rounded by the rule; zero of none.
pub fn mean(entry: &ReviewedEntry, rule: RoundingRule) -> Thousandths {
    rounded_mean(&totals(entry), rule)
}

/// The mean without the `drop` highest and lowest totals, where more than `2 * drop` exist.
pub fn trimmed_mean(entry: &ReviewedEntry, drop: u32, rule: RoundingRule) -> Thousandths {
    rounded_mean(trimmed(&totals(entry), drop as usize), rule)
}

/// The middle total, or the mean of the two in the middle.
pub fn median(entry: &ReviewedEntry, rule: RoundingRule) -> Thousandths {
    let totals = totals(entry);
    rounded_mean(trimmed(&totals, totals.len().saturating_sub(1) / 2), rule)
}

/// An entry's totals, sorted.
pub fn totals(entry: &ReviewedEntry) -> Vec<Thousandths> {
    let mut totals: Vec<Thousandths> = entry.reviews.iter().map(|review| review.total).collect();
    totals.sort_unstable();
    totals
}

fn rounded_mean(totals: &[Thousandths], rule: RoundingRule) -> Thousandths {
    Fraction::mean(totals.iter().copied()).map_or(Thousandths::ZERO, |mean| {
        mean.rounded(rule.result, rule.mode)
    })
}

fn trimmed(totals: &[Thousandths], drop: usize) -> &[Thousandths] {
    if totals.len() > 2 * drop {
        &totals[drop..totals.len() - drop]
    } else {
        totals
    }
}

/// Every judge's scores are moved and stretched to the common mean and standard deviation, then averaged.
///
/// A judge with one review or with equal scores says nothing by this method; an entry seen only by such
/// judges stands at the common mean. It errs where judges see few entries: it blames the judge for the
/// entries he was given.
pub fn z_scores(model: &Model) -> Vec<f64> {
    let (mean, sd) = moments(model.scores.iter().map(|score| score.total));
    let mut of_judge = vec![Vec::new(); model.judges.len()];
    for score in &model.scores {
        of_judge[score.judge].push(score.total);
    }
    let own: Vec<(f64, f64)> = of_judge
        .into_iter()
        .map(|totals| moments(totals.into_iter()))
        .collect();
    per_entry(model, |score| {
        let (judge_mean, judge_sd) = own[score.judge];
        let z = if judge_sd > 0.0 {
            (score.total - judge_mean) / judge_sd
        } else {
            0.0
        };
        mean + sd * z
    })
}

/// Mean and sample standard deviation; zero spread of fewer than two.
fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    if count == 0.0 {
        return (0.0, 0.0);
    }
    let mean = values.clone().sum::<f64>() / count;
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    (
        mean,
        if count > 1.0 {
            libm::sqrt(squares / (count - 1.0))
        } else {
            0.0
        },
    )
}

/// Judges' leniencies as fixed numbers that sum to zero, by least squares; entries are averaged after them.
///
/// Incomplete block analysis (Fisher 1940; Yates 1936). `None` where the graph is not connected, as
/// leniencies then cannot be compared.
pub fn additive(model: &Model) -> Option<Vec<f64>> {
    if model.graph.component_count() != 1 {
        return None;
    }
    let totals: Vec<f64> = model.scores.iter().map(|score| score.total).collect();
    let leniency = leniencies(model, &totals)?;
    Some(per_entry(model, |score| {
        score.total - leniency[score.judge]
    }))
}

/// What is left of one value per review after entry and judge are taken off as fixed effects; `None` where
/// rounding leaves no solution.
pub fn two_way_residuals(model: &Model, values: &[f64]) -> Option<Vec<f64>> {
    let leniency = leniencies(model, values)?;
    let mut residuals: Vec<f64> = model
        .scores
        .iter()
        .zip(values)
        .map(|(score, value)| value - leniency[score.judge])
        .collect();
    let mut start = 0;
    for reviews in model.scores.chunk_by(|a, b| a.entry == b.entry) {
        let own = &mut residuals[start..start + reviews.len()];
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        for residual in own {
            *residual -= mean;
        }
        start += reviews.len();
    }
    Some(residuals)
}

/// Judges' fixed effects on one value per review, summing to zero within each component.
fn leniencies(model: &Model, values: &[f64]) -> Option<Vec<f64>> {
    let judges = model.judges.len();
    let mut normal = LowerTiles::zeros(judges);
    fill_null_directions(model, &mut normal);
    let mut right = vec![0.0; judges];
    let mut start = 0;
    for reviews in model.scores.chunk_by(|a, b| a.entry == b.entry) {
        let count = reviews.len() as f64;
        let own = &values[start..start + reviews.len()];
        let mean = own.iter().sum::<f64>() / count;
        for (index, (score, value)) in reviews.iter().zip(own).enumerate() {
            right[score.judge] += value - mean;
            normal.add(score.judge, score.judge, 1.0);
            for other in &reviews[..=index] {
                // A judge who reviewed an entry twice meets himself in both orders.
                let twice = index > 0 && other.judge == score.judge && !std::ptr::eq(other, score);
                normal.add(
                    score.judge,
                    other.judge,
                    if twice { -2.0 } else { -1.0 } / count,
                );
            }
        }
        start += reviews.len();
    }
    Some(normal.invert_factor().ok()?.solve(&right))
}

/// In each component, moving all judges alike changes nothing: that direction is filled, which makes the
/// effects of a component sum to zero.
fn fill_null_directions(model: &Model, normal: &mut LowerTiles) {
    let components = model.graph.components();
    let mut sizes = vec![0.0; model.judges.len()];
    for component in components.iter().flatten() {
        sizes[*component] += 1.0;
    }
    for (row, of_row) in components.iter().enumerate() {
        for (column, of_column) in components.iter().enumerate().take(row + 1) {
            if let (Some(component), true) = (of_row, of_row == of_column) {
                normal.add(row, column, 1.0 / sizes[*component]);
            }
        }
    }
}

/// The mean of some figure of an entry's reviews, for every entry.
fn per_entry(model: &Model, figure: impl Fn(&Score) -> f64) -> Vec<f64> {
    model
        .scores
        .chunk_by(|a, b| a.entry == b.entry)
        .map(|reviews| reviews.iter().map(&figure).sum::<f64>() / reviews.len() as f64)
        .collect()
}
