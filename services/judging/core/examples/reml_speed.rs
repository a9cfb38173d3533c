//! Seconds of CPU for the mixed model on generated rounds: `entries judges reviews`.
//!
//! `cargo run --release -p winner-judging-core --example reml_speed -- 10000 2000 5`
#![expect(clippy::unwrap_used, reason = "a measurement may panic")]

use std::time::Instant;

use winner_judging_core::reml::{Crossing, Observation, fit};

/// SplitMix64 (Steele, Lea & Flood 2014).
fn next(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

fn normal(state: &mut u64) -> f64 {
    (0..12).map(|_| next(state)).sum::<f64>() - 6.0
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).map(|size| size.parse().unwrap()).collect();
    let [entries, judges, reviews] = sizes[..] else {
        eprintln!("entries judges reviews");
        return;
    };
    let mut state = 42;
    let merit: Vec<f64> = (0..entries).map(|_| normal(&mut state)).collect();
    let leniency: Vec<f64> = (0..judges).map(|_| 0.7 * normal(&mut state)).collect();
    let mut observations = Vec::new();
    for (entry, merit) in merit.iter().enumerate() {
        let mut chosen = std::collections::BTreeSet::new();
        while chosen.len() < reviews {
            chosen.insert((next(&mut state) * judges as f64) as usize);
        }
        for judge in chosen {
            observations.push(Observation {
                entry: u32::try_from(entry).unwrap(),
                judge: u32::try_from(judge).unwrap(),
                score: 6.0 + merit + leniency[judge] + 1.2 * normal(&mut state),
            });
        }
    }
    let count = observations.len();
    let start = Instant::now();
    let crossing = Crossing::new(entries, judges, observations).unwrap();
    let arranged = start.elapsed().as_secs_f64();
    let fit = fit(&crossing).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{entries} x {judges} x {reviews}: {count} scores, {seconds:.4} s ({arranged:.4} to arrange), {} evaluations, {:?}",
        fit.evaluations, fit.variances
    );
}
