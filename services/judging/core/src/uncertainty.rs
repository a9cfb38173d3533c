//! How sure a ranking is: order probabilities, expected ranks, and the chance to be among the best.

mod top;

use crate::linalg::sums::sum;
use crate::normal::{NormalTable, order_probability};
use crate::reml::Posterior;

pub use top::top_probabilities;

/// The 95 % quantile of the standard normal: 90 % intervals reach this far on each side.
pub const NINETY_PERCENT: f64 = 1.644_853_626_951_472_7;

/// Multiplications up to which differences between entries take their covariance into account.
const EXACT_WORK: f64 = 4e9;

/// The expected rank of every entry: one plus the probabilities of every other to be better.
///
/// The standard deviation of a difference takes the covariance of the two entries into account, unless
/// the round is so large (entries squared times the order of the common part above eight thousand
/// million) that it would take minutes; there covariances are negligible.
pub fn expected_ranks(posterior: &Posterior) -> Vec<f64> {
    let count = posterior.len();
    let table = NormalTable::new();
    let work = 0.5 * (count as f64) * (count as f64) * (posterior.common_order() as f64 + 1.0);
    if work > EXACT_WORK {
        return ranks_without_covariance(posterior, &table);
    }
    let mut ranks = vec![1.0; count];
    posterior.each_difference(|i, j, sd| {
        let first = table.order(posterior.effects[i] - posterior.effects[j], sd);
        ranks[j] += first;
        ranks[i] += 1.0 - first;
    });
    ranks
}

fn ranks_without_covariance(posterior: &Posterior, table: &NormalTable) -> Vec<f64> {
    let effects = &posterior.effects;
    let variances: Vec<f64> = posterior.effect_sds().iter().map(|sd| sd * sd).collect();
    let mut ranks = vec![1.0; effects.len()];
    let mut chances = Vec::new();
    for (i, (effect, variance)) in effects.iter().zip(&variances).enumerate() {
        let others = effects[i + 1..].iter().zip(&variances[i + 1..]);
        chances.clear();
        // The standard's square root is exactly rounded like `libm`'s, and the compiler may take several at once.
        chances.extend(others.map(|(e, v)| (effect - e) / (variance + v).sqrt()));
        table.below_each(&mut chances);
        for (rank, first) in ranks[i + 1..].iter_mut().zip(&chances) {
            *rank += first;
        }
        ranks[i] += chances.len() as f64 - sum(&chances);
    }
    ranks
}

/// Below this probability an order is nearly a coin toss.
pub const INDIFFERENT: f64 = 0.6;

/// The entries on both sides of a cut after the first `size` of `order` that are too close to it to call:
/// admitted ones that beat the first excluded, and excluded ones that the last admitted beats, with a
/// probability below [`INDIFFERENT`].
pub fn indifference_band(posterior: &Posterior, order: &[usize], size: usize) -> Vec<usize> {
    if size == 0 || size >= order.len() {
        return Vec::new();
    }
    let (last_in, first_out) = (order[size - 1], order[size]);
    let close = |better: usize, worse: usize, sd: f64| {
        let gap = posterior.effects[better] - posterior.effects[worse];
        order_probability(gap, sd) < INDIFFERENT
    };
    let from_first = posterior.differences_from(first_out);
    let from_last = posterior.differences_from(last_in);
    let admitted = order[..size]
        .iter()
        .copied()
        .filter(|entry| close(*entry, first_out, from_first[*entry]));
    let excluded = order[size..]
        .iter()
        .copied()
        .filter(|entry| close(last_in, *entry, from_last[*entry]));
    admitted.chain(excluded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranking::Seed;
    use crate::reml::{Crossing, Observation, fit};

    fn posterior() -> Posterior {
        let observations = (0..60u32)
            .map(|k| Observation {
                entry: k / 3,
                judge: (k / 3 * 5 + k % 3 * 2) % 7,
                score: f64::from(k * 37 % 11) + f64::from(k / 3) * 0.4,
            })
            .collect();
        fit(&Crossing::new(20, 7, observations).unwrap())
            .unwrap()
            .posterior
    }

    #[test]
    fn drawn_probabilities_agree_with_the_expected_ranks() {
        let posterior = posterior();
        let draws = 40_000;
        // The expected rank is the sum over k of the probability not to be among the k best, plus 1.
        let mut ranks = [1.0; 20];
        for k in 1..20 {
            let shares = top_probabilities(&posterior, k, draws, &Seed([4; 32]));
            assert!((shares.iter().sum::<f64>() - k as f64).abs() < 1e-9);
            for (rank, share) in ranks.iter_mut().zip(shares) {
                *rank += 1.0 - share;
            }
        }
        for (drawn, exact) in ranks.iter().zip(expected_ranks(&posterior)) {
            // A rank has a standard deviation below 6 here.
            assert!(
                (drawn - exact).abs() < 4.0 * 6.0 / f64::from(draws).sqrt(),
                "{drawn} {exact}"
            );
        }
    }

    #[test]
    fn the_number_of_draws_splits_into_batches_without_a_trace() {
        let posterior = posterior();
        // Within a batch, at its end, and where the draws of a part end.
        for draws in [7, 8, 255, 256, 1024] {
            let some = top_probabilities(&posterior, 5, draws, &Seed([1; 32]));
            let more = top_probabilities(&posterior, 5, draws + 1, &Seed([1; 32]));
            for (a, b) in some.iter().zip(&more) {
                let last = b * f64::from(draws + 1) - a * f64::from(draws);
                assert!(
                    last.abs() < 1e-9 || (last - 1.0).abs() < 1e-9,
                    "one more draw adds 0 or 1"
                );
            }
        }
    }

    #[test]
    fn the_band_is_around_the_cut_and_nobody_is_in_it_when_all_is_clear() {
        let posterior = posterior();
        let mut order: Vec<usize> = (0..20).collect();
        order.sort_by(|a, b| posterior.effects[*b].total_cmp(&posterior.effects[*a]));
        let band = indifference_band(&posterior, &order, 10);
        assert!(band.contains(&order[9]) || band.is_empty());
        assert!(!band.contains(&order[0]) && !band.contains(&order[19]));
        assert!(indifference_band(&posterior, &order, 20).is_empty());
    }
}
