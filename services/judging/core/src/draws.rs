//! Random numbers that anyone can draw again: counter-based, from a published seed.
//!
//! Draw `d` has a stream of its own, derived from the seed and `d` alone, so that draws may be split over
//! threads in any way without changing one. The generator is SplitMix64 (Steele, Lea & Flood 2014), the
//! normals come from the ziggurat in Doornik's form (2005, "An improved ziggurat method").

use sha2::{Digest as _, Sha256};

use crate::ranking::Seed;

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The key of all draws made for one purpose.
#[derive(Debug, Clone, Copy)]
pub struct Key(u64);

impl Key {
    /// A key from the round's seed and what the draws are for.
    pub fn new(seed: &Seed, purpose: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(seed.0)
            .chain_update(purpose)
            .finalize();
        Self(
            digest
                .iter()
                .take(8)
                .fold(0, |key, byte| (key << 8) | u64::from(*byte)),
        )
    }

    /// The stream of draw number `draw`.
    pub fn stream(self, draw: u64) -> Stream {
        Stream {
            state: mix(self.0 ^ mix(draw.wrapping_add(GOLDEN))),
        }
    }
}

/// An endless sequence of random numbers.
#[derive(Debug, Clone)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The next 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// Uniform in (0, 1).
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// A whole number below `bound` (at least 1), by Lemire's multiplication (bias below 2^-32 for the
    /// bounds used here).
    pub fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.bits()) * bound as u128;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "below the bound by construction"
        )]
        let index = (wide >> 64) as usize;
        index
    }

    /// Shuffles a slice (Fisher & Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

const STRIPS: usize = 128;
/// Where the tail of the 128-strip ziggurat starts.
const TAIL: f64 = 3.442_619_855_899;
/// The area of each strip.
const STRIP_AREA: f64 = 9.912_563_035_262_17e-3;

/// The tables of the ziggurat.
#[derive(Debug, Clone)]
pub struct Ziggurat {
    edges: [f64; STRIPS + 1],
    ratios: [f64; STRIPS],
}

impl Default for Ziggurat {
    fn default() -> Self {
        Self::new()
    }
}

impl Ziggurat {
    /// Computes the tables.
    pub fn new() -> Self {
        let mut edges = [0.0; STRIPS + 1];
        let mut height = libm::exp(-0.5 * TAIL * TAIL);
        edges[0] = STRIP_AREA / height;
        edges[1] = TAIL;
        for i in 2..STRIPS {
            edges[i] = libm::sqrt(-2.0 * libm::log(STRIP_AREA / edges[i - 1] + height));
            height = libm::exp(-0.5 * edges[i] * edges[i]);
        }
        let mut ratios = [0.0; STRIPS];
        for i in 0..STRIPS {
            ratios[i] = edges[i + 1] / edges[i];
        }
        Self { edges, ratios }
    }

    /// A standard normal number.
    #[inline]
    pub fn normal(&self, stream: &mut Stream) -> f64 {
        loop {
            let bits = stream.bits();
            let strip = (bits & 0x7f) as usize;
            // 53 bits in [-1, 1).
            let signed = (bits.cast_signed() >> 11) as f64 / (1u64 << 52) as f64;
            if libm::fabs(signed) < self.ratios[strip] {
                return signed * self.edges[strip];
            }
            if let Some(value) = self.outside(strip, signed, stream) {
                return value;
            }
        }
    }

    /// The rare case: the point is not in the rectangle that is surely under the curve.
    #[cold]
    fn outside(&self, strip: usize, signed: f64, stream: &mut Stream) -> Option<f64> {
        if strip == 0 {
            return Some(tail(signed < 0.0, stream));
        }
        let x = signed * self.edges[strip];
        let curve = |edge: f64| libm::exp(-0.5 * (edge * edge - x * x));
        let (low, high) = (curve(self.edges[strip]), curve(self.edges[strip + 1]));
        (high + stream.uniform() * (low - high) < 1.0).then_some(x)
    }
}

/// A normal number beyond the ziggurat (Marsaglia 1964).
fn tail(negative: bool, stream: &mut Stream) -> f64 {
    loop {
        let x = libm::log(stream.uniform()) / TAIL;
        let y = libm::log(stream.uniform());
        if -2.0 * y >= x * x {
            return if negative { x - TAIL } else { TAIL - x };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal::normal_below;

    #[test]
    fn normals_have_the_normal_distribution() {
        let ziggurat = Ziggurat::new();
        let mut stream = Key::new(&Seed([3; 32]), "test").stream(0);
        let count = 400_000;
        let mut values: Vec<f64> = (0..count).map(|_| ziggurat.normal(&mut stream)).collect();
        values.sort_by(f64::total_cmp);
        // Kolmogorov-Smirnov: 1.95 / sqrt(n) is exceeded once in a thousand samples.
        let gap = values
            .iter()
            .enumerate()
            .map(|(index, value)| {
                ((index as f64 + 0.5) / f64::from(count) - normal_below(*value)).abs()
            })
            .fold(0.0, f64::max);
        assert!(gap < 1.95 / f64::from(count).sqrt(), "{gap}");
        let beyond = values.iter().filter(|value| value.abs() > TAIL).count();
        // 2 Phi(-3.4426) * 400000 = 230.
        assert!((180..=280).contains(&beyond), "{beyond} in the tails");
    }

    #[test]
    fn a_stream_depends_on_seed_purpose_and_number() {
        let first = |seed: u8, purpose: &str, draw| {
            Key::new(&Seed([seed; 32]), purpose).stream(draw).bits()
        };
        let all = [
            first(1, "a", 0),
            first(2, "a", 0),
            first(1, "b", 0),
            first(1, "a", 1),
        ];
        let distinct: std::collections::BTreeSet<u64> = all.into_iter().collect();
        assert_eq!(distinct.len(), 4);
        assert_eq!(first(1, "a", 0), all[0]);
    }
}
