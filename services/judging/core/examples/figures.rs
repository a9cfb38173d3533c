//! The engine's figures: seconds of CPU time, which a busy machine hardly disturbs, and of wall time.
//!
//! `cargo run --release -p winner-judging-core --example figures`
#![expect(clippy::unwrap_used, reason = "a measurement may panic")]

use std::collections::BTreeSet;
use std::hint::black_box;

use winner_judging_core::agreement::{Metric, krippendorff};
use winner_judging_core::draws::{Key, Stream, Ziggurat};
use winner_judging_core::record::{Bundle, SigningKey, Tree};
use winner_judging_core::reml::{Crossing, Observation, fit};
use winner_judging_core::uncertainty::{expected_ranks, top_probabilities};
use winner_judging_core::verify::verify;
use winner_judging_core::{
    Aggregator, Criterion, CriterionId, EntryId, JudgeId, Mark, MissingMark, Places, RankingInput,
    RoundingMode, RoundingRule, Rubric, RubricDraft, Scale, Scorecard, Seed, Thousandths, TieBreak,
    Weight, compute,
};

/// Seconds this process has been on processors, all threads together (Linux, to a hundredth).
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    // After the name in parentheses, user and system time are the 12th and 13th field, in ticks.
    let fields: Vec<&str> = text
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (start, wall) = (cpu(), std::time::Instant::now());
    let result = black_box(work());
    let (cpu, wall) = (cpu() - start, wall.elapsed().as_secs_f64());
    println!("{what}: {cpu:.2} s CPU, {wall:.4} s wall");
    result
}

/// A generated round: entries of sd 1, judges of sd 0.7, error of sd 1.2; judge `j` is drawn with a
/// probability that falls with `skew`.
fn scores(entries: usize, judges: usize, reviews: usize, skew: bool) -> Vec<Observation> {
    let ziggurat = Ziggurat::new();
    let mut stream = Key::new(&Seed([42; 32]), "figures").stream(0);
    let leniency: Vec<f64> = (0..judges)
        .map(|_| 0.7 * ziggurat.normal(&mut stream))
        .collect();
    let pick = |stream: &mut Stream| {
        let one = stream.below(judges);
        if skew {
            one.min(stream.below(judges))
        } else {
            one
        }
    };
    let mut all = Vec::new();
    for entry in 0..entries {
        let merit = ziggurat.normal(&mut stream);
        let wanted = if skew {
            1 + stream.below(2 * reviews - 1)
        } else {
            reviews
        };
        let mut chosen = BTreeSet::new();
        // Nobody goes without an entry.
        chosen.extend((entry < judges).then_some(entry));
        while chosen.len() < wanted {
            chosen.insert(pick(&mut stream));
        }
        for judge in chosen {
            all.push(Observation {
                entry: u32::try_from(entry).unwrap(),
                judge: u32::try_from(judge).unwrap(),
                score: 6.0 + merit + leniency[judge] + 1.2 * ziggurat.normal(&mut stream),
            });
        }
    }
    all
}

fn reml(entries: usize, judges: usize, reviews: usize, skew: bool) {
    let observations = scores(entries, judges, reviews, skew);
    let count = observations.len();
    let name = format!("REML {entries} x {judges}, {count} scores, all SDs");
    let repeats = if count < 1000 { 1000 } else { 1 };
    let evaluations = timed(&format!("{name}, {repeats} time(s)"), || {
        (0..repeats).fold(0, |_, _| {
            let crossing = Crossing::new(entries, judges, observations.clone()).unwrap();
            if count > 100_000 {
                println!("  {} equations for the dense kernels", crossing.core());
            }
            black_box(fit(&crossing).unwrap()).evaluations
        })
    });
    println!("  {evaluations} evaluations");
}

/// A round that is refused, with what it would take.
fn too_large(entries: usize, judges: usize, reviews: usize) {
    let observations = scores(entries, judges, reviews, false);
    let refused = timed(&format!("REML {entries} x {judges}, refused"), || {
        fit(&Crossing::new(entries, judges, observations).unwrap())
    });
    println!("  {}", refused.unwrap_err());
}

/// Panels of twenty judges and thirty entries, five reviews each, of which every tenth entry borrows one judge of the next panel.
fn panels(entries: u32, judges: u32) {
    let mut stream = Key::new(&Seed([43; 32]), "panels").stream(0);
    let ziggurat = Ziggurat::new();
    let mut observations = Vec::new();
    for entry in 0..entries {
        let merit = ziggurat.normal(&mut stream);
        for seat in 0..5 {
            let away = u32::from(seat == 4 && entry % 10 == 0);
            let panel = (entry / 30 + away) * 20 % judges;
            let judge = panel + (entry * 5 + seat * 3) % 20;
            let leniency = f64::from(judge % 7) * 0.3;
            observations.push(Observation {
                entry,
                judge,
                score: 6.0 + merit + leniency + 1.2 * ziggurat.normal(&mut stream),
            });
        }
    }
    let name = format!("REML {entries} x {judges} in panels, all SDs");
    let fitted = timed(&name, || {
        let crossing = Crossing::new(entries as usize, judges as usize, observations).unwrap();
        println!("  {} equations for the dense kernels", crossing.core());
        fit(&crossing).unwrap()
    });
    println!("  {} evaluations", fitted.evaluations);
}

fn criteria(count: u32) -> Vec<Criterion> {
    (0..count)
        .map(|c| Criterion {
            id: CriterionId::new(format!("c{c:02}")),
            weight: Weight::from_ppm(
                1_000_000 / count + if c == 0 { 1_000_000 % count } else { 0 },
            )
            .unwrap(),
            scale: Scale {
                min: Thousandths(0),
                max: Thousandths::whole(10),
                step: Thousandths(500),
            },
        })
        .collect()
}

/// A round of scorecards in steps of a half.
fn round(entries: usize, judges: usize, reviews: usize, criteria_count: u32) -> RankingInput {
    let rubric = Rubric::new(RubricDraft {
        version: 1,
        criteria: criteria(criteria_count),
        rounding: RoundingRule {
            mode: RoundingMode::HalfUp,
            scorecard: Places::THREE,
            result: Places::TWO,
        },
        missing: MissingMark::SpreadWeight,
        min_reviews: 1,
        ties: vec![TieBreak::HeadToHead, TieBreak::LowerSpread],
        aggregator: Aggregator::Reml { top: Some(100) },
    })
    .unwrap();
    let mut stream = Key::new(&Seed([7; 32]), "round").stream(0);
    let scorecards = scores(entries, judges, reviews, false)
        .into_iter()
        .map(|o| Scorecard {
            entry: EntryId::new(format!("E{:05}", o.entry)),
            judge: JudgeId::new(format!("J{:04}", o.judge)),
            marks: rubric
                .criteria()
                .iter()
                .map(|criterion| {
                    let mark = o.score + stream.uniform() * 2.0 - 1.0;
                    let halves = (mark * 2.0).round().clamp(0.0, 20.0) / 2.0;
                    (
                        criterion.id.clone(),
                        Mark::Given(Thousandths::nearest(halves).unwrap()),
                    )
                })
                .collect(),
        })
        .collect();
    let entries = (0..entries)
        .map(|entry| EntryId::new(format!("E{entry:05}")))
        .collect();
    RankingInput {
        rubric,
        entries,
        scorecards,
        exclusions: Vec::new(),
        seed: Seed([9; 32]),
    }
}

fn main() {
    reml(57, 20, 2, false);
    reml(3000, 1100, 24, true);
    reml(10_000, 2000, 5, false);
    if std::env::args().any(|argument| argument == "--large") {
        reml(50_000, 5000, 5, false);
    }
    if std::env::args().any(|argument| argument == "--sparse") {
        panels(30_000, 20_000);
    }
    if std::env::args().any(|argument| argument == "--huge") {
        reml(50_000, 10_000, 5, false);
        too_large(30_000, 20_000, 5);
    }
    let mut stream = Key::new(&Seed([1; 32]), "ratings").stream(0);
    let units: Vec<Vec<f64>> = (0..3000)
        .map(|_| (0..24).map(|_| (1 + stream.below(5)) as f64).collect())
        .collect();
    timed("Krippendorff ordinal, 72,000 ratings, 100 times", || {
        (0..100)
            .map(|_| krippendorff(black_box(&units), Metric::Ordinal).unwrap())
            .sum::<f64>()
    });
    let small = scores(300, 60, 3, false);
    let posterior = fit(&Crossing::new(300, 60, small).unwrap())
        .unwrap()
        .posterior;
    timed("P(top 30), 300 entries, 100,000 draws", || {
        top_probabilities(&posterior, 30, 100_000, &Seed([1; 32]))
    });
    timed("expected ranks, 300 entries, 100 times", || {
        (0..100).map(|_| expected_ranks(&posterior)[0]).sum::<f64>()
    });
    let leaves: Vec<Vec<u8>> = (0..1_000_000u32)
        .map(|i| vec![u8::try_from(i % 251).unwrap(); 200])
        .collect();
    let tree = timed("1,000,000 appends of 200 bytes", || Tree::of(&leaves));
    timed("100,000 inclusion proofs", || {
        (0..100_000)
            .map(|i| tree.inclusion(i * 7, tree.size()).unwrap().len())
            .sum::<usize>()
    });
    let closed = round(5000, 400, 5, 12);
    timed("round closed to ranking, 5,000 x 5 x 12", || {
        compute(&closed).unwrap()
    });
    let large = round(10_000, 2000, 5, 4);
    let key = SigningKey::from_seed("winner.example/figures", &[1; 32]).unwrap();
    let bundle = timed("bundle of 50,000 reviews, made", || {
        Bundle::of_round(&large, &key, &[])
            .unwrap()
            .to_text()
            .unwrap()
    });
    println!("  {} MB", bundle.len() / 1_000_000);
    timed("bundle of 50,000 reviews, verified", || {
        verify(bundle.as_bytes(), &[]).unwrap()
    });
}
