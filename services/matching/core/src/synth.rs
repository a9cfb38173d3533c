//! Synthetic instances of any size for measurements: topics, judges of
//! different fame, and noise, all by an integer hash that any language repeats
//! (SplitMix64; Steele, Lea and Flood, 2014).

use crate::instance::{Instance, InstanceError, Load, ScoredPair};

/// The shape of a synthetic instance.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Number of papers.
    pub papers: u32,
    /// Number of judges.
    pub judges: u32,
    /// Candidates drawn for a paper; repeats are dropped.
    pub candidates: u32,
    /// Judges a paper wants.
    pub demand: u32,
    /// Papers a judge takes; 0 for a fifth more places than demanded.
    pub load: u32,
    /// Seed of every draw.
    pub seed: u64,
    /// Whether some topics are crowded (hard) or all alike (easy).
    pub crowded: bool,
}

fn mix(x: u64) -> u64 {
    let mut x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

fn draw(seed: u64, tag: u64, a: u64, b: u64) -> u64 {
    mix(mix(mix(seed ^ (tag << 56)) ^ a) ^ b)
}

/// Makes the instance of a shape.
///
/// # Errors
/// [`InstanceError::TooMany`] when the shape is too large.
#[expect(
    clippy::cast_possible_truncation,
    reason = "remainders of 32-bit numbers"
)]
#[expect(clippy::cast_possible_wrap, reason = "scores are below a million")]
pub fn make(shape: &Shape) -> Result<Instance, InstanceError> {
    let judges = u64::from(shape.judges.max(1));
    let topics = (judges / 200).max(1);
    let places = u64::from(shape.papers) * u64::from(shape.demand);
    let load = match shape.load {
        0 => (places * 6).div_ceil(5 * judges).max(1) as u32,
        given => given,
    };
    let seed = shape.seed;
    let mut pairs = Vec::new();
    let mut row: Vec<u32> = Vec::new();
    for p in 0..shape.papers {
        let p64 = u64::from(p);
        let mut topic = draw(seed, 1, p64, 0) % topics;
        if shape.crowded {
            topic = topic.min(draw(seed, 2, p64, 0) % topics);
        }
        let size = (judges - topic).div_ceil(topics);
        row.clear();
        row.extend((0..u64::from(shape.candidates)).map(|i| {
            let inside = draw(seed, 3, p64, i) % 10 < 7;
            let judge = if inside {
                topic + topics * (draw(seed, 4, p64, i) % size)
            } else {
                draw(seed, 5, p64, i) % judges
            };
            judge as u32
        }));
        row.sort_unstable();
        row.dedup();
        pairs.extend(row.iter().filter(|&&j| j < shape.judges).map(|&judge| {
            let j = u64::from(judge);
            let same = if j % topics == topic { 400_000 } else { 0 };
            let noise = draw(seed, 7, p64, j) % 250_000;
            let score = 200_000 + same + draw(seed, 6, j, 0) % 150_000 + noise;
            ScoredPair {
                paper: p,
                judge,
                score: score as i64,
            }
        }));
    }
    Instance::new(
        vec![shape.demand; shape.papers as usize],
        vec![Load { min: 0, max: load }; shape.judges as usize],
        pairs,
    )
}
