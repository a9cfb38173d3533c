//! How sure a ranking is: order probabilities, expected ranks, and the chance to be among the best.

use crate::draws::{Key, Stream, Ziggurat};
use crate::normal::{NormalTable, order_probability};
use crate::ranking::Seed;
use crate::reml::Posterior;

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
    let mut ranks = vec![1.0; count];
    let table = NormalTable::new();
    let mut meet = |i: usize, j: usize, sd: f64| {
        let first = table.order(posterior.effects[i] - posterior.effects[j], sd);
        ranks[j] += first;
        ranks[i] += 1.0 - first;
    };
    let work = 0.5 * (count as f64) * (count as f64) * (posterior.common_order() as f64 + 1.0);
    if work <= EXACT_WORK {
        posterior.each_difference(meet);
    } else {
        let variances: Vec<f64> = posterior.effect_sds().iter().map(|sd| sd * sd).collect();
        for i in 0..count {
            for j in i + 1..count {
                meet(i, j, libm::sqrt(variances[i] + variances[j]));
            }
        }
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

/// The probability of every entry to be among the `k` best, from `draws` draws of all merits together.
///
/// The same seed gives the same bits on any machine.
pub fn top_probabilities(posterior: &Posterior, k: usize, draws: u32, seed: &Seed) -> Vec<f64> {
    let count = posterior.len();
    if k == 0 || draws == 0 {
        return vec![0.0; count];
    }
    if k >= count {
        return vec![1.0; count];
    }
    let key = Key::new(seed, "top");
    let ziggurat = Ziggurat::new();
    let mut sampler = Sampler::new(posterior, &ziggurat);
    let mut places = Places {
        k,
        keys: vec![0; count],
        sorted: vec![0; count],
        shares: vec![0.0; count],
    };
    let mut first = 0;
    while first < draws {
        let streams = [0, 1, 2, 3].map(|next| key.stream(u64::from(first) + next));
        let wanted = (draws - first).min(BATCH);
        sampler.batch(streams, wanted, |merits| places.share(merits));
        first += BATCH;
    }
    for share in &mut places.shares {
        *share /= f64::from(draws);
    }
    places.shares
}

/// Draws that share one pass over the common factor; each has its own stream, so batches change no bit.
const BATCH: u32 = 4;

/// Counts who is among the `k` best, draw after draw, in the same memory.
struct Places {
    k: usize,
    keys: Vec<i64>,
    sorted: Vec<i64>,
    shares: Vec<f64>,
}

impl Places {
    /// Gives each of the `k` best one place; entries equal at the cut share what is left.
    fn share(&mut self, merits: &[f64]) {
        for (key, merit) in self.keys.iter_mut().zip(merits) {
            *key = descending(*merit);
        }
        self.sorted.copy_from_slice(&self.keys);
        let (above, cut, _) = self.sorted.select_nth_unstable(self.k - 1);
        let cut = *cut;
        let better = above.iter().filter(|key| **key < cut).count();
        let mut equal = 0usize;
        for (share, key) in self.shares.iter_mut().zip(&self.keys) {
            *share += f64::from(u8::from(*key <= cut));
            equal += usize::from(*key == cut);
        }
        if better + equal > self.k {
            let part = (self.k - better) as f64 / equal as f64;
            for (share, key) in self.shares.iter_mut().zip(&self.keys) {
                if *key == cut {
                    *share += part - 1.0;
                }
            }
        }
    }
}

/// An integer that orders floats from high to low.
#[inline]
fn descending(value: f64) -> i64 {
    let bits = (-value).to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// Draws all merits together, again and again, into the same memory.
struct Sampler<'a> {
    posterior: &'a Posterior,
    ziggurat: &'a Ziggurat,
    own: Vec<f64>,
    with_mean: Vec<f64>,
    normals: [Vec<f64>; BATCH as usize],
    merits: Vec<f64>,
}

impl<'a> Sampler<'a> {
    fn new(posterior: &'a Posterior, ziggurat: &'a Ziggurat) -> Self {
        let count = posterior.len();
        Self {
            posterior,
            ziggurat,
            own: (0..count).map(|i| posterior.own_sd(i)).collect(),
            with_mean: (0..count).map(|i| posterior.mean_weight(i)).collect(),
            normals: std::array::from_fn(|_| vec![0.0; posterior.common_order()]),
            merits: vec![0.0; count],
        }
    }

    /// Draws the merits of the first `wanted` streams and hands each to `visit`.
    fn batch(
        &mut self,
        mut streams: [Stream; BATCH as usize],
        wanted: u32,
        mut visit: impl FnMut(&[f64]),
    ) {
        for (normals, stream) in self.normals.iter_mut().zip(&mut streams) {
            for normal in normals {
                *normal = self.ziggurat.normal(stream);
            }
        }
        let commons = self
            .posterior
            .commons([0, 1, 2, 3].map(|draw| self.normals[draw].as_slice()));
        for (common, stream) in commons.iter().zip(&mut streams).take(wanted as usize) {
            self.draw(common, stream);
            visit(&self.merits);
        }
    }

    fn draw(&mut self, common: &[f64], stream: &mut Stream) {
        let mean = self.ziggurat.normal(stream);
        for (i, merit) in self.merits.iter_mut().enumerate() {
            let mut value = self.posterior.effects[i] + self.with_mean[i] * mean;
            for (j, weight) in self.posterior.weights(i) {
                value += weight * common[*j as usize];
            }
            let own = self.own[i];
            if own > 0.0 {
                value += own * self.ziggurat.normal(stream);
            }
            *merit = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let seven = top_probabilities(&posterior, 5, 7, &Seed([1; 32]));
        let eight = top_probabilities(&posterior, 5, 8, &Seed([1; 32]));
        for (a, b) in seven.iter().zip(&eight) {
            let last = b * 8.0 - a * 7.0;
            assert!(
                last.abs() < 1e-9 || (last - 1.0).abs() < 1e-9,
                "one more draw adds 0 or 1"
            );
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
