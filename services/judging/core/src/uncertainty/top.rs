//! The chance to be among the best, from draws of all merits together.

use std::cmp::Ordering;

use crate::draws::{Key, Stream, Ziggurat};
use crate::linalg::{BATCH, team};
use crate::ranking::Seed;
use crate::reml::Posterior;

/// Draws that are counted together by one thread; a fixed number, so that sums are formed in one order on any machine.
const PART: u32 = 256;

/// Batches that share one pass over the factor.
const GROUP: usize = 4;

/// The probability of every entry to be among the `k` best, from `draws` draws of all merits together.
///
/// The same seed gives the same bits on any machine and any number of threads.
pub fn top_probabilities(posterior: &Posterior, k: usize, draws: u32, seed: &Seed) -> Vec<f64> {
    on(team::available(), posterior, k, draws, seed)
}

fn on(threads: usize, posterior: &Posterior, k: usize, draws: u32, seed: &Seed) -> Vec<f64> {
    let count = posterior.len();
    if k == 0 || draws == 0 {
        return vec![0.0; count];
    }
    if k >= count {
        return vec![1.0; count];
    }
    let key = Key::new(seed, "top");
    let ziggurat = Ziggurat::new();
    let mut shares = vec![vec![0.0; count]; draws.div_ceil(PART) as usize];
    let parts = (0..draws).step_by(PART as usize).zip(&mut shares).collect();
    team::share(threads, parts, |(first, shares): (u32, &mut Vec<f64>)| {
        let end = draws.min(first + PART);
        let mut sampler = Sampler::new(posterior, &ziggurat);
        let mut places = Places::new(k, count);
        for group in (first..end).step_by(GROUP * BATCH) {
            let number =
                |batch: usize, draw: usize| u64::from(group) + (batch * BATCH + draw) as u64;
            let mut streams: [[Stream; BATCH]; GROUP] = std::array::from_fn(|batch| {
                std::array::from_fn(|draw| key.stream(number(batch, draw)))
            });
            let commons = sampler.commons(&mut streams);
            for ((streams, commons), batch) in streams.iter_mut().zip(&commons).zip(0..) {
                sampler.draw(streams, commons);
                let wanted = (0..BATCH).filter(|draw| number(batch, *draw) < u64::from(end));
                for draw in wanted {
                    places.share(sampler.merits.iter().map(|merits| merits[draw]), shares);
                }
            }
        }
    });
    let mut all = vec![0.0; count];
    for shares in &shares {
        for (all, share) in all.iter_mut().zip(shares) {
            *all += share;
        }
    }
    for share in &mut all {
        *share /= f64::from(draws);
    }
    all
}

/// Counts who is among the `k` best, draw after draw, in the same memory.
struct Places {
    k: usize,
    /// How many to look among for the `k`-th best: few, but more than ever were above the bar of another draw.
    wide: usize,
    /// What nearly every draw has at least `k` merits above; it saves time and decides nothing.
    bar: f64,
    merits: Vec<f64>,
    keys: Vec<i64>,
}

impl Places {
    fn new(k: usize, count: usize) -> Self {
        Self {
            k,
            wide: (k + k / 2 + 8).min(count),
            bar: f64::INFINITY,
            merits: vec![0.0; count],
            keys: vec![0; count],
        }
    }

    /// Gives each of the `k` best one place; entries equal at the cut share what is left.
    fn share(&mut self, merits: impl Iterator<Item = f64>, shares: &mut [f64]) {
        for (kept, merit) in self.merits.iter_mut().zip(merits) {
            *kept = merit;
        }
        let (cut, is_shared) = self.cut();
        for (share, merit) in shares.iter_mut().zip(&self.merits) {
            *share += if *merit >= cut { 1.0 } else { 0.0 };
        }
        if is_shared {
            let count = |best: fn(&f64, &f64) -> bool| {
                let merits = self.merits.iter();
                merits.filter(|merit| best(merit, &cut)).count()
            };
            let (better, placed) = (count(|a, b| a > b), count(|a, b| a >= b));
            let part = (self.k - better) as f64 / (placed - better) as f64;
            for (share, merit) in shares.iter_mut().zip(&self.merits) {
                if merit.partial_cmp(&cut) == Some(Ordering::Equal) {
                    *share += part - 1.0;
                }
            }
        }
    }

    /// The `k`-th best merit, and whether the next is equal.
    fn cut(&mut self) -> (f64, bool) {
        let mut above = 0;
        for merit in &self.merits {
            self.keys[above] = descending(*merit);
            above += usize::from(*merit >= self.bar);
        }
        if above < self.k {
            for (key, merit) in self.keys.iter_mut().zip(&self.merits) {
                *key = descending(*merit);
            }
            let (_, bar, _) = self.keys.select_nth_unstable(self.wide - 1);
            self.bar = merit_of(*bar);
            above = self.wide;
        }
        let (_, cut, below) = self.keys[..above].select_nth_unstable(self.k - 1);
        (merit_of(*cut), below.contains(cut))
    }
}

/// An integer that orders floats from high to low.
#[inline]
fn descending(value: f64) -> i64 {
    let bits = (-value).to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// The float of such an integer.
fn merit_of(key: i64) -> f64 {
    let bits = key ^ ((key >> 63).cast_unsigned() >> 1).cast_signed();
    -f64::from_bits(bits.cast_unsigned())
}

/// Draws all merits together, a batch of draws side by side, again and again into the same memory.
///
/// Each draw has its own stream and takes from it what it would take alone.
struct Sampler<'a> {
    posterior: &'a Posterior,
    ziggurat: &'a Ziggurat,
    own: Vec<f64>,
    with_mean: Vec<f64>,
    normals: Vec<Vec<[f64; BATCH]>>,
    merits: Vec<[f64; BATCH]>,
}

impl<'a> Sampler<'a> {
    fn new(posterior: &'a Posterior, ziggurat: &'a Ziggurat) -> Self {
        let count = posterior.len();
        Self {
            posterior,
            ziggurat,
            own: (0..count).map(|i| posterior.own_sd(i)).collect(),
            with_mean: (0..count).map(|i| posterior.mean_weight(i)).collect(),
            normals: vec![vec![[0.0; BATCH]; posterior.common_order()]; GROUP],
            merits: vec![[0.0; BATCH]; count],
        }
    }

    /// What entries have in common in each draw of a group.
    fn commons(&mut self, streams: &mut [[Stream; BATCH]; GROUP]) -> Vec<Vec<[f64; BATCH]>> {
        for (normals, streams) in self.normals.iter_mut().zip(streams) {
            for normal in normals {
                *normal = batch_of_normals(self.ziggurat, streams);
            }
        }
        self.posterior.commons(&self.normals)
    }

    /// The merits of one batch of draws.
    fn draw(&mut self, streams: &mut [Stream; BATCH], commons: &[[f64; BATCH]]) {
        let means = batch_of_normals(self.ziggurat, streams);
        for (i, merits) in self.merits.iter_mut().enumerate() {
            let (effect, with_mean) = (self.posterior.effects[i], self.with_mean[i]);
            let mut values = means.map(|mean| effect + with_mean * mean);
            for (j, weight) in self.posterior.weights(i) {
                for (value, common) in values.iter_mut().zip(&commons[*j as usize]) {
                    *value += weight * common;
                }
            }
            let own = self.own[i];
            if own > 0.0 {
                for (value, normal) in values
                    .iter_mut()
                    .zip(batch_of_normals(self.ziggurat, streams))
                {
                    *value += own * normal;
                }
            }
            *merits = values;
        }
    }
}

/// A standard normal number of each stream.
#[inline]
fn batch_of_normals(ziggurat: &Ziggurat, streams: &mut [Stream; BATCH]) -> [f64; BATCH] {
    let mut normals = [0.0; BATCH];
    for (normal, stream) in normals.iter_mut().zip(streams) {
        *normal = ziggurat.normal(stream);
    }
    normals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reml::{Crossing, Observation, fit};

    #[test]
    fn no_bit_depends_on_the_number_of_threads() {
        let observations = (0..60u32)
            .map(|k| Observation {
                entry: k / 3,
                judge: (k / 3 * 5 + k % 3 * 2) % 7,
                score: f64::from(k * 37 % 11),
            })
            .collect();
        let crossing = Crossing::new(20, 7, observations).unwrap();
        let posterior = fit(&crossing).unwrap().posterior;
        let bits = |threads| -> Vec<u64> {
            let shares = on(threads, &posterior, 5, 3_000, &Seed([2; 32]));
            shares.iter().map(|share| share.to_bits()).collect()
        };
        let one = bits(1);
        for threads in [2, 3, 8] {
            assert!(bits(threads) == one, "{threads} threads");
        }
    }
}
