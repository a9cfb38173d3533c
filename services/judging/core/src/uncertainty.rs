//! How sure a ranking is: order probabilities, expected ranks, and the chance to be among the best.

use crate::draws::{Key, Stream, Ziggurat};
use crate::ranking::Seed;
use crate::reml::Posterior;

/// The 95 % quantile of the standard normal: 90 % intervals reach this far on each side.
pub const NINETY_PERCENT: f64 = 1.644_853_626_951_472_7;

/// Multiplications up to which differences between entries take their covariance into account.
const EXACT_WORK: f64 = 4e9;

/// The probability that a standard normal number is below `z`.
pub fn normal_below(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The probability that an entry ahead by `gap`, with `sd` the standard deviation of the difference, is
/// truly better; one half when nothing is known.
pub fn order_probability(gap: f64, sd: f64) -> f64 {
    if sd > 0.0 {
        normal_below(gap / sd)
    } else if gap == 0.0 {
        0.5
    } else {
        f64::from(u8::from(gap > 0.0))
    }
}

/// The expected rank of every entry: one plus the probabilities of every other to be better.
///
/// The standard deviation of a difference takes the covariance of the two entries into account, unless
/// the round is so large (entries squared times the order of the common part above eight thousand
/// million) that it would take minutes; there covariances are negligible.
pub fn expected_ranks(posterior: &Posterior) -> Vec<f64> {
    let count = posterior.len();
    let mut ranks = vec![1.0; count];
    let mut meet = |i: usize, j: usize, sd: f64| {
        let first = order_probability(posterior.effects[i] - posterior.effects[j], sd);
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
    let close = |better: usize, worse: usize| {
        let gap = posterior.effects[better] - posterior.effects[worse];
        order_probability(gap, posterior.difference_sd(better, worse)) < INDIFFERENT
    };
    let admitted = order[..size]
        .iter()
        .copied()
        .filter(|entry| close(*entry, first_out));
    let excluded = order[size..]
        .iter()
        .copied()
        .filter(|entry| close(last_in, *entry));
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
    let mut shares = vec![0.0; count];
    let mut keys = vec![0i64; count];
    for draw in 0..draws {
        sampler.draw(&mut key.stream(u64::from(draw)));
        share_places(&sampler.merits, k, &mut keys, &mut shares);
    }
    for share in &mut shares {
        *share /= f64::from(draws);
    }
    shares
}

/// Gives each of the `k` best one place; entries equal at the cut share what is left.
fn share_places(merits: &[f64], k: usize, keys: &mut [i64], shares: &mut [f64]) {
    for (key, merit) in keys.iter_mut().zip(merits) {
        *key = descending(*merit);
    }
    let (_, cut, _) = keys.select_nth_unstable(k - 1);
    let cut = *cut;
    let (mut above, mut at) = (0u32, 0u32);
    for (share, merit) in shares.iter_mut().zip(merits) {
        let key = descending(*merit);
        above += u32::from(key < cut);
        at += u32::from(key == cut);
        *share += f64::from(u8::from(key <= cut));
    }
    if above + at > u32::try_from(k).unwrap_or(u32::MAX) {
        let part =
            f64::from(at - (above + at - u32::try_from(k).unwrap_or(u32::MAX))) / f64::from(at);
        for (share, merit) in shares.iter_mut().zip(merits) {
            if descending(*merit) == cut {
                *share += part - 1.0;
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
    normals: Vec<f64>,
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
            normals: vec![0.0; posterior.common_order()],
            merits: vec![0.0; count],
        }
    }

    fn draw(&mut self, stream: &mut Stream) {
        for normal in &mut self.normals {
            *normal = self.ziggurat.normal(stream);
        }
        let common = self.posterior.common(&self.normals);
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
