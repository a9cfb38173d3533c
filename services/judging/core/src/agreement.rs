//! How far judges agree, and what more reviews would buy.

use serde::Serialize;

use crate::reml::Variances;

/// How distant two values are, for Krippendorff's alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Equal or not.
    Nominal,
    /// By how many values lie between them.
    Ordinal,
    /// By their difference.
    Interval,
    /// By their difference relative to their sum.
    Ratio,
}

/// Krippendorff's alpha of values given by unit; units with fewer than two values say nothing.
///
/// `1 - D_o / D_e` with the observed disagreement within units and the expected one between all pairable
/// values (Krippendorff 2011, "Computing Krippendorff's alpha-reliability"). `None` where no unit has two
/// values; 1 where all values are equal.
pub fn krippendorff(units: &[Vec<f64>], metric: Metric) -> Option<f64> {
    let pairable: Vec<&Vec<f64>> = units.iter().filter(|unit| unit.len() > 1).collect();
    let mut values: Vec<f64> = pairable
        .iter()
        .flat_map(|unit| unit.iter().copied())
        .collect();
    if values.is_empty() {
        return None;
    }
    let counts = distinct(&mut values);
    if let [_] = counts[..] {
        return Some(1.0);
    }
    let disagreement = match metric {
        Metric::Nominal => pairwise(&pairable, &counts, |a: f64, b: f64| {
            f64::from(u8::from(a.total_cmp(&b).is_ne()))
        }),
        Metric::Ratio => pairwise(&pairable, &counts, |a, b| {
            let sum = a + b;
            if sum == 0.0 {
                0.0
            } else {
                (a - b) * (a - b) / (sum * sum)
            }
        }),
        Metric::Interval => by_squares(&pairable, |value| value),
        Metric::Ordinal => {
            // The distance of two ranks is the interval distance of their middle ranks.
            let mut below = 0.0;
            let middles: Vec<(f64, f64)> = counts
                .iter()
                .map(|(value, count)| {
                    let middle = below + count / 2.0;
                    below += count;
                    (*value, middle)
                })
                .collect();
            by_squares(&pairable, |value| {
                let at = middles.partition_point(|(other, _)| *other < value);
                middles[at].1
            })
        }
    };
    Some(1.0 - disagreement.observed / disagreement.expected)
}

/// Distinct values in ascending order, each with how often it occurs.
fn distinct(values: &mut [f64]) -> Vec<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    values
        .chunk_by(|a, b| a.total_cmp(b).is_eq())
        .map(|run| (run[0], run.len() as f64))
        .collect()
}

struct Disagreement {
    observed: f64,
    expected: f64,
}

/// Squared differences, from sums of squares about means: time in proportion to the values.
fn by_squares(units: &[&Vec<f64>], place: impl Fn(f64) -> f64) -> Disagreement {
    let placed: Vec<Vec<f64>> = units
        .iter()
        .map(|unit| unit.iter().map(|value| place(*value)).collect())
        .collect();
    let all: Vec<f64> = placed.iter().flatten().copied().collect();
    let count = all.len() as f64;
    let mut within = 0.0;
    for unit in &placed {
        within += unit.len() as f64 * about_mean(unit) / (unit.len() as f64 - 1.0);
    }
    Disagreement {
        observed: 2.0 * within / count,
        expected: 2.0 * about_mean(&all) / (count - 1.0),
    }
}

fn about_mean(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let correction: f64 = values.iter().map(|value| value - mean).sum();
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    squares - correction * correction / values.len() as f64
}

/// Any distance, pair by pair of distinct values.
fn pairwise(
    units: &[&Vec<f64>],
    counts: &[(f64, f64)],
    distance: impl Fn(f64, f64) -> f64,
) -> Disagreement {
    let total: f64 = counts.iter().map(|(_, count)| count).sum();
    let mut observed = 0.0;
    for unit in units {
        let mut sum = 0.0;
        for (index, a) in unit.iter().enumerate() {
            for b in &unit[..index] {
                sum += distance(*a, *b);
            }
        }
        observed += 2.0 * sum / (unit.len() as f64 - 1.0);
    }
    let mut expected = 0.0;
    for (index, (a, count)) in counts.iter().enumerate() {
        for (b, other) in &counts[..index] {
            expected += 2.0 * count * other * distance(*a, *b);
        }
    }
    Disagreement {
        observed: observed / total,
        expected: expected / (total * (total - 1.0)),
    }
}

/// Intraclass correlations of a complete panel (Shrout & Fleiss 1979, Psychological Bulletin 86:420).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Icc {
    /// One-way, a single judge: ICC(1,1).
    pub one_way: f64,
    /// Two-way, absolute agreement, a single judge: ICC(2,1).
    pub agreement: f64,
    /// Two-way, consistency, a single judge: ICC(3,1).
    pub consistency: f64,
    /// One-way, the mean of all judges: ICC(1,k).
    pub one_way_mean: f64,
    /// Absolute agreement of the mean of all judges: ICC(2,k).
    pub agreement_mean: f64,
    /// Consistency of the mean of all judges: ICC(3,k).
    pub consistency_mean: f64,
}

/// Intraclass correlations from mean squares; `rows` are entries, each with one score of every judge.
///
/// `None` unless the panel is complete, has two entries and two judges, and scores that differ.
pub fn icc(rows: &[Vec<f64>]) -> Option<Icc> {
    let (n, k) = (rows.len() as f64, rows.first()?.len() as f64);
    if rows.len() < 2 || rows[0].len() < 2 || rows.iter().any(|row| row.len() != rows[0].len()) {
        return None;
    }
    let grand = rows.iter().flatten().sum::<f64>() / (n * k);
    let row_means: Vec<f64> = rows.iter().map(|row| row.iter().sum::<f64>() / k).collect();
    let column_means: Vec<f64> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column]).sum::<f64>() / n)
        .collect();
    let squares = |means: &[f64]| -> f64 { means.iter().map(|m| (m - grand) * (m - grand)).sum() };
    let between = k * squares(&row_means) / (n - 1.0);
    let judges = n * squares(&column_means) / (k - 1.0);
    let (mut within, mut error) = (0.0, 0.0);
    for (row, mean) in rows.iter().zip(&row_means) {
        for (value, column) in row.iter().zip(&column_means) {
            within += (value - mean) * (value - mean);
            let residual = value - mean - column + grand;
            error += residual * residual;
        }
    }
    within /= n * (k - 1.0);
    error /= (n - 1.0) * (k - 1.0);
    if between + within <= 0.0 {
        return None;
    }
    Some(Icc {
        one_way: (between - within) / (between + (k - 1.0) * within),
        agreement: (between - error) / (between + (k - 1.0) * error + k * (judges - error) / n),
        consistency: (between - error) / (between + (k - 1.0) * error),
        one_way_mean: (between - within) / between,
        agreement_mean: (between - error) / (between + (judges - error) / n),
        consistency_mean: (between - error) / between,
    })
}

/// What a number of reviews per entry buys (generalisability theory; Brennan 2001, ch. 2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Prospect {
    /// Reviews per entry, by different judges.
    pub reviews: u32,
    /// The share of the variance of mean scores that is merit, judges' leniency taken off (G coefficient).
    pub generalizability: f64,
    /// The same with leniency left in (index of dependability, phi).
    pub dependability: f64,
}

/// What one to `most` reviews per entry would buy, by the variances of this round; nothing where nothing
/// varies.
pub fn prospects(variances: Variances, most: u32) -> Vec<Prospect> {
    if variances.entry <= 0.0 {
        return Vec::new();
    }
    (1..=most)
        .map(|reviews| {
            let count = f64::from(reviews);
            let share = |noise: f64| variances.entry / (variances.entry + noise / count);
            Prospect {
                reviews,
                generalizability: share(variances.error),
                dependability: share(variances.error + variances.judge),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example of Krippendorff (2011): 4 observers, 12 units, missing cells.
    fn example() -> Vec<Vec<f64>> {
        let rows = [
            "1", "223 2", "3333", "3333", "2222", "1234", "4444", "1112", "2222", "555", "11", "3",
        ];
        let mut units: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| {
                row.chars()
                    .filter_map(|c| c.to_digit(10))
                    .map(f64::from)
                    .collect()
            })
            .collect();
        units[0] = vec![1.0, 1.0, 1.0];
        units[1] = vec![2.0, 2.0, 3.0, 2.0];
        units
    }

    #[test]
    fn the_published_example_has_the_published_alphas() {
        for (metric, expected) in [
            (Metric::Nominal, 0.743),
            (Metric::Ordinal, 0.815),
            (Metric::Interval, 0.849),
            (Metric::Ratio, 0.797),
        ] {
            let alpha = krippendorff(&example(), metric).unwrap();
            assert!((alpha - expected).abs() < 0.0006, "{metric:?}: {alpha}");
        }
    }

    /// Shrout & Fleiss (1979), table 2.
    #[test]
    fn the_six_coefficients_are_those_of_shrout_and_fleiss() {
        let rows = [
            [9.0, 2.0, 5.0, 8.0],
            [6.0, 1.0, 3.0, 2.0],
            [8.0, 4.0, 6.0, 8.0],
            [7.0, 1.0, 2.0, 6.0],
            [10.0, 5.0, 6.0, 9.0],
            [6.0, 2.0, 4.0, 7.0],
        ]
        .map(Vec::from);
        let icc = icc(&rows).unwrap();
        let published = [
            (icc.one_way, 0.17),
            (icc.agreement, 0.29),
            (icc.consistency, 0.71),
            (icc.one_way_mean, 0.44),
            (icc.agreement_mean, 0.62),
            (icc.consistency_mean, 0.91),
        ];
        for (ours, published) in published {
            assert!((ours - published).abs() < 0.005, "{ours} {published}");
        }
    }

    #[test]
    fn agreement_is_one_without_differences_and_none_without_pairs() {
        assert_eq!(
            krippendorff(&[vec![3.0, 3.0], vec![3.0, 3.0]], Metric::Ordinal),
            Some(1.0)
        );
        assert_eq!(krippendorff(&[vec![3.0], vec![4.0]], Metric::Ordinal), None);
    }

    proptest! {
        /// The definition, pair by pair, against the sums of squares.
        #[test]
        fn interval_and_ordinal_alphas_are_those_of_the_definition(
            units in proptest::collection::vec(proptest::collection::vec(0u8..6, 2..5), 2..12)
        ) {
            let units: Vec<Vec<f64>> =
                units.into_iter().map(|unit| unit.into_iter().map(f64::from).collect()).collect();
            let refs: Vec<&Vec<f64>> = units.iter().collect();
            let mut all: Vec<f64> = units.iter().flatten().copied().collect();
            let counts = distinct(&mut all);
            prop_assume!(counts.len() > 1);
            let direct = |distance: &dyn Fn(f64, f64) -> f64| {
                let found = pairwise(&refs, &counts, distance);
                1.0 - found.observed / found.expected
            };
            let interval = direct(&|a, b| (a - b) * (a - b));
            let ordinal = direct(&|a, b| {
                let (low, high) = if a < b { (a, b) } else { (b, a) };
                let of = |value: f64| counts.iter().find(|(v, _)| *v >= value).unwrap().1;
                let between: f64 = counts
                    .iter()
                    .filter(|(value, _)| *value >= low && *value <= high)
                    .map(|(_, count)| count)
                    .sum();
                let distance = if low < high { between - (of(a) + of(b)) * 0.5 } else { 0.0 };
                distance * distance
            });
            for (metric, expected) in [(Metric::Interval, interval), (Metric::Ordinal, ordinal)] {
                let alpha = krippendorff(&units, metric).unwrap();
                prop_assert!((alpha - expected).abs() < 1e-12, "{} {}", alpha, expected);
            }
        }
    }
}
