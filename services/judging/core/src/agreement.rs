//! How far judges agree: Krippendorff's alpha.

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
