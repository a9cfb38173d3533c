//! How often 90 % intervals hold the true merit, in the five designs of the reference simulation.
//!
//! `cargo run --release -p winner-judging-core --example coverage -- 300`
#![expect(clippy::unwrap_used, reason = "a measurement may panic")]

use winner_judging_core::Seed;
use winner_judging_core::draws::{Key, Stream, Ziggurat};
use winner_judging_core::reml::{Crossing, Observation, fit};

/// Entries, each with `reviews` judges, loads as even as can be.
fn assign(entries: usize, judges: usize, reviews: usize, stream: &mut Stream) -> Vec<Vec<usize>> {
    let mut load = vec![0usize; judges];
    (0..entries)
        .map(|_| {
            let mut order: Vec<(usize, u64, usize)> = (0..judges)
                .map(|judge| (load[judge], stream.bits(), judge))
                .collect();
            order.sort_unstable();
            let chosen: Vec<usize> = order
                .iter()
                .take(reviews)
                .map(|(.., judge)| *judge)
                .collect();
            for judge in &chosen {
                load[*judge] += 1;
            }
            chosen
        })
        .collect()
}

fn main() {
    let rounds: u64 = std::env::args()
        .nth(1)
        .map_or(300, |text| text.parse().unwrap());
    let ziggurat = Ziggurat::new();
    for (entries, judges, reviews) in [
        (20, 6, 3),
        (30, 8, 3),
        (60, 12, 3),
        (60, 45, 2),
        (300, 60, 3),
    ] {
        let (mut plain, mut corrected, mut all) = (0u32, 0u32, 0u32);
        for round in 0..rounds {
            let mut stream = Key::new(&Seed([42; 32]), "coverage").stream(round);
            let merit: Vec<f64> = (0..entries).map(|_| ziggurat.normal(&mut stream)).collect();
            let leniency: Vec<f64> = (0..judges)
                .map(|_| 0.7 * ziggurat.normal(&mut stream))
                .collect();
            let observations: Vec<Observation> = assign(entries, judges, reviews, &mut stream)
                .into_iter()
                .enumerate()
                .flat_map(|(entry, chosen)| chosen.into_iter().map(move |judge| (entry, judge)))
                .map(|(entry, judge)| Observation {
                    entry: u32::try_from(entry).unwrap(),
                    judge: u32::try_from(judge).unwrap(),
                    score: 6.0
                        + merit[entry]
                        + leniency[judge]
                        + 1.2 * ziggurat.normal(&mut stream),
                })
                .collect();
            let used: std::collections::BTreeSet<u32> =
                observations.iter().map(|o| o.judge).collect();
            if used.len() < judges {
                continue;
            }
            let crossing = Crossing::new(entries, judges, observations).unwrap();
            let Ok(fit) = fit(&crossing) else { continue };
            let sds = fit.posterior.merit_sds();
            for entry in 0..entries {
                let gap = (6.0 + merit[entry] - fit.mu - fit.entries[entry].blup).abs();
                let variance = sds[entry] * sds[entry];
                plain += u32::from(gap <= 1.645 * sds[entry]);
                corrected += u32::from(gap <= 1.645 * libm::sqrt(variance + fit.estimation[entry]));
                all += 1;
            }
        }
        let share = |count: u32| f64::from(count) / f64::from(all);
        println!(
            "{entries}x{judges}x{reviews}: plug-in {:.4}, corrected {:.4} ({all} intervals)",
            share(plain),
            share(corrected)
        );
    }
}
