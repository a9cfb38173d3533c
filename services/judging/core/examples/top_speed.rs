//! Seconds of P(top k): 300 entries, 60 judges, 3 reviews each, 100,000 draws.
#![expect(clippy::unwrap_used, reason = "a measurement may panic")]

use std::time::Instant;

use winner_judging_core::Seed;
use winner_judging_core::reml::{Crossing, Observation, fit};
use winner_judging_core::uncertainty::{expected_ranks, top_probabilities};

fn main() {
    let observations: Vec<Observation> = (0..900u32)
        .map(|k| Observation {
            entry: k / 3,
            judge: (k / 3 * 7 + k % 3 * 19 + k / 180) % 60,
            score: f64::from(k.wrapping_mul(2_654_435_761) >> 16) / 6553.6 + f64::from(k / 3 % 7),
        })
        .collect();
    let fit = fit(&Crossing::new(300, 60, observations).unwrap()).unwrap();
    let start = Instant::now();
    let shares = top_probabilities(&fit.posterior, 30, 100_000, &Seed([1; 32]));
    let drawn = start.elapsed().as_secs_f64();
    let ranks = expected_ranks(&fit.posterior);
    let ranked = start.elapsed().as_secs_f64() - drawn;
    println!(
        "P(top 30): {drawn:.3} s (sum {:.6}); expected ranks {ranked:.4} s (sum {:.6})",
        shares.iter().sum::<f64>(),
        ranks.iter().sum::<f64>()
    );
}
