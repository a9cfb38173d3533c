//! Seconds of CPU for the mixed model on generated rounds: `entries judges reviews`.
//!
//! `cargo run --release -p winner-judging-core --example reml_speed -- 10000 2000 5`
#![expect(clippy::unwrap_used, reason = "a measurement may panic")]

use std::time::Instant;

use winner_judging_core::Seed;
use winner_judging_core::draws::{Key, Ziggurat};
use winner_judging_core::reml::{Crossing, Observation, fit};

fn main() {
    let sizes: Vec<usize> = std::env::args()
        .skip(1)
        .map(|size| size.parse().unwrap())
        .collect();
    let [entries, judges, reviews] = sizes[..] else {
        eprintln!("entries judges reviews");
        return;
    };
    let ziggurat = Ziggurat::new();
    let mut stream = Key::new(&Seed([42; 32]), "speed").stream(0);
    let merit: Vec<f64> = (0..entries).map(|_| ziggurat.normal(&mut stream)).collect();
    let leniency: Vec<f64> = (0..judges)
        .map(|_| 0.7 * ziggurat.normal(&mut stream))
        .collect();
    let mut observations = Vec::new();
    for (entry, merit) in merit.iter().enumerate() {
        let mut chosen = std::collections::BTreeSet::new();
        while chosen.len() < reviews {
            chosen.insert(stream.below(judges));
        }
        for judge in chosen {
            observations.push(Observation {
                entry: u32::try_from(entry).unwrap(),
                judge: u32::try_from(judge).unwrap(),
                score: 6.0 + merit + leniency[judge] + 1.2 * ziggurat.normal(&mut stream),
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
