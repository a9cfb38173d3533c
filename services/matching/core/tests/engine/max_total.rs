//! The max-total assignment against brute force and the public instances.

use crate::support::{Dice, every_assignment, instance, small, worth};
use winner_matching_core::{Assignment, Instance, Rules, ScoredPair, assign, synth};

fn scored(instance: &Instance, a: &Assignment) -> Vec<ScoredPair> {
    let with_score = |p: &winner_matching_core::Pair| ScoredPair {
        paper: p.paper,
        judge: p.judge,
        score: instance.score(*p).expect("an allowed pair"),
    };
    a.pairs.iter().map(with_score).collect()
}

#[test]
fn ten_thousand_small_instances_equal_brute_force() {
    let mut dice = Dice(1);
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let balance = [0, 0, 1, 7][dice.below(4) as usize];
        let found = assign(
            &instance,
            &Rules {
                balance,
                ..Rules::default()
            },
        )
        .unwrap();
        let found_worth = worth(&instance, balance, &scored(&instance, &found));
        let mut best = (u32::MAX, u32::MAX, -i64::MAX);
        let (mut least_open, mut least_short) = (u32::MAX, u32::MAX);
        every_assignment(&instance, &mut |chosen| {
            let (open, short, score) = worth(&instance, balance, chosen);
            least_open = least_open.min(open);
            least_short = least_short.min(short);
            if (open, short, -score) < (best.0, best.1, -best.2) {
                best = (open, short, score);
            }
        });
        assert_eq!(found_worth, best, "round {round}: {instance:?}");
        assert_eq!(
            (found_worth.0, found_worth.1),
            (least_open, least_short),
            "round {round}"
        );
        assert!(
            found.certificate.proved(),
            "round {round}: {:?}",
            found.certificate
        );
        assert_eq!(
            found.shortfall.unfilled(),
            u64::from(best.0),
            "round {round}"
        );
    }
}

#[test]
fn the_bottleneck_is_a_group_that_truly_has_too_few_places() {
    let mut dice = Dice(2);
    let mut seen = 0;
    for _ in 0..2_000 {
        let instance = small(&mut dice);
        let found = assign(&instance, &Rules::default()).unwrap();
        let Some(group) = &found.shortfall.bottleneck else {
            continue;
        };
        seen += 1;
        let mut places = 0u64;
        for (j, load) in instance.load().iter().enumerate() {
            let allowed =
                |p: &&ScoredPair| p.judge as usize == j && group.papers.contains(&p.paper);
            let allowed = instance
                .pairs()
                .collect::<Vec<_>>()
                .iter()
                .filter(allowed)
                .count() as u64;
            places += if group.judges.contains(&(j as u32)) {
                allowed.min(u64::from(load.max))
            } else {
                allowed
            };
        }
        assert_eq!(group.available, places, "{instance:?} {group:?}");
        assert_eq!(group.demanded - group.available, group.missing);
        assert_eq!(group.missing, found.shortfall.unfilled());
    }
    assert!(seen > 200, "only {seen} infeasible instances");
}

/// Totals of OR-tools' SimpleMinCostFlow on the public instances, in micro-units.
const TOTALS: [(&str, i64); 11] = [
    ("midl", 201_884_878),
    ("midl-lb", 150_043_126),
    ("aamas2015", 1_406_250_000),
    ("aamas2016", 949_500_000),
    ("aamas2021-text", 1_753_413_577),
    ("aamas2021-bid", 1_919_856_923),
    ("csconf1", 124_250_000),
    ("csconf2", 141_500_000),
    ("csconf3", 454_250_000),
    ("sigir", 133_250_000),
    ("iclr2018-tfidf", 627_939_057),
];

#[test]
fn totals_equal_or_tools_to_the_last_micro_unit() {
    for (name, total) in TOTALS {
        let Some(instance) = instance(name) else {
            continue;
        };
        let found = assign(&instance, &Rules::default()).unwrap();
        assert_eq!(found.total, total, "{name}");
        assert!(found.certificate.proved(), "{name}");
        assert!(found.shortfall.is_empty(), "{name}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_in_any_order_of_pairs() {
    let shape = synth::Shape {
        papers: 60,
        judges: 40,
        candidates: 20,
        demand: 3,
        load: 0,
        seed: 5,
        crowded: true,
    };
    let instance = synth::make(&shape).unwrap();
    let mut pairs: Vec<ScoredPair> = instance.pairs().collect();
    pairs.reverse();
    let again = Instance::new(instance.demand().to_vec(), instance.load().to_vec(), pairs).unwrap();
    let (a, b) = (
        assign(&instance, &Rules::default()),
        assign(&again, &Rules::default()),
    );
    assert_eq!(a.unwrap(), b.unwrap());
}
