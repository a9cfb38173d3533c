//! Other ways to turn reviews into scores, for the sensitivity panel and as aggregators of their own.

mod effects;

use crate::decimal::Thousandths;
use crate::exact::Fraction;
use crate::model::{Model, Score};
use crate::round::ReviewedEntry;
use crate::rubric::RoundingRule;

use effects::{centre, effects};

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
/// both sides are too large to solve for, or rounding leaves no solution.
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

/// Judges' fixed effects on one value per review, summing to zero within each component; `None` where the smaller side is too large
/// to solve for, or rounding leaves no solution.
///
/// The larger side is eliminated: where there are more judges than entries, entries are solved for and judges are what is left.
fn leniencies(model: &Model, values: &[f64]) -> Option<Vec<f64>> {
    let (entries, judges) = (model.entries.len(), model.judges.len());
    let part_of_judge: Vec<usize> = model
        .graph
        .components()
        .iter()
        .map(|component| component.unwrap_or(0))
        .collect();
    let reviews = || model.scores.iter().zip(values);
    if judges <= entries {
        let mut panels = vec![Vec::new(); entries];
        for (score, value) in reviews() {
            panels[score.entry].push((score.judge, *value));
        }
        return effects(&panels, &part_of_judge);
    }
    let mut loads = vec![Vec::new(); judges];
    let mut part_of_entry = vec![0; entries];
    for (score, value) in reviews() {
        loads[score.judge].push((score.entry, *value));
        part_of_entry[score.entry] = part_of_judge[score.judge];
    }
    let merits = effects(&loads, &part_of_entry)?;
    let mut leniencies: Vec<f64> = loads
        .iter()
        .map(|load| {
            let left: f64 = load
                .iter()
                .map(|(entry, value)| value - merits[*entry])
                .sum();
            left / load.len() as f64
        })
        .collect();
    centre(&part_of_judge, &mut leniencies);
    Some(leniencies)
}

/// The mean of some figure of an entry's reviews, for every entry.
fn per_entry(model: &Model, figure: impl Fn(&Score) -> f64) -> Vec<f64> {
    model
        .scores
        .chunk_by(|a, b| a.entry == b.entry)
        .map(|reviews| reviews.iter().map(&figure).sum::<f64>() / reviews.len() as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A connected round, a judge who reviews an entry twice included, with entries and judges exchanged if `turned`.
    fn round(turned: bool) -> (Model, Vec<f64>) {
        let ids = |prefix: char, count: usize| (0..count).map(move |i| format!("{prefix}{i:02}"));
        let mut reviews: Vec<(usize, usize, f64)> = (0..45)
            .map(|k| (k / 3, (k / 3 + (k % 3) * 2) % 7, (k * 37 % 11) as f64))
            .chain([(4, 4, 9.0)])
            .map(|(long, short, value)| {
                if turned {
                    (short, long, value)
                } else {
                    (long, short, value)
                }
            })
            .collect();
        reviews.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        let (entries, judges) = if turned { (7, 15) } else { (15, 7) };
        let scores: Vec<Score> = reviews
            .iter()
            .map(|(entry, judge, total)| Score {
                entry: *entry,
                judge: *judge,
                total: *total,
            })
            .collect();
        let values = scores.iter().map(|score| score.total).collect();
        let entries = ids('E', entries).map(|id| id.as_str().into()).collect();
        let judges = ids('J', judges).map(|id| id.as_str().into()).collect();
        (Model::fitted(entries, judges, scores, None), values)
    }

    #[test]
    fn whichever_side_is_larger_the_residuals_are_those_of_least_squares() {
        for turned in [false, true] {
            let (model, values) = round(turned);
            let residuals = two_way_residuals(&model, &values).unwrap();
            // The normal equations: residuals sum to zero over every entry and every judge.
            for of in [|score: &Score| score.entry, |score: &Score| score.judge] {
                let mut sums = [0.0; 15];
                for (score, residual) in model.scores.iter().zip(&residuals) {
                    sums[of(score)] += residual;
                }
                assert!(
                    sums.iter().all(|sum| sum.abs() < 1e-10),
                    "{turned}: {sums:?}"
                );
            }
            let leniency = leniencies(&model, &values).unwrap();
            assert!(leniency.iter().sum::<f64>().abs() < 1e-10, "{turned}");
        }
    }
}
