//! The floor, the balance and the seeded tie-break, against brute force and
//! the best results published for the public instances.

use crate::support::{Dice, every_assignment, instance, small, worth};
use winner_matching_core::{
    Assignment, Instance, Limit, Pair, PanelRule, Rules, ScoredPair, assign, load_variance, synth,
};

fn sums(instance: &Instance, chosen: &[ScoredPair]) -> Vec<i64> {
    let mut sums = vec![0; instance.papers()];
    for p in chosen {
        sums[p.paper as usize] += p.score;
    }
    sums
}

/// Checks limits and the certificate's arithmetic without trusting the engine.
fn assert_within_limits(instance: &Instance, found: &Assignment) {
    for (p, &demand) in (0..).zip(instance.demand()) {
        assert!(found.judges_of(p).count() <= demand as usize);
    }
    for (load, limit) in found.loads(instance).iter().zip(instance.load()) {
        assert!(*load <= limit.max);
    }
    assert!(found.pairs.iter().all(|&p| instance.score(p).is_some()));
    assert!(found.certificate.gap() >= 0);
}

#[test]
fn a_floor_never_breaks_a_limit_or_its_own_bounds_and_is_nearly_always_met() {
    let mut dice = Dice(21);
    let (mut reachable, mut reached, mut best_total) = (0, 0, 0);
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let floor = dice.below(12) as i64 - 2;
        let rules = Rules {
            floor: Some(floor),
            ..Rules::default()
        };
        let found = assign(&instance, &rules).unwrap();
        assert_within_limits(&instance, &found);
        let report = found.floor.unwrap();
        let fullness = {
            let plain = assign(&instance, &Rules::default()).unwrap();
            let short: u32 = plain.shortfall.judges.iter().map(|j| j.1).sum();
            (plain.shortfall.unfilled() as u32, short)
        };
        let short: u32 = found.shortfall.judges.iter().map(|j| j.1).sum();
        assert_eq!(
            (found.shortfall.unfilled() as u32, short),
            fullness,
            "round {round}"
        );
        let mut best: Option<i64> = None;
        every_assignment(&instance, &mut |chosen| {
            let (open, short, score) = worth(&instance, 0, chosen);
            if (open, short) != fullness {
                return;
            }
            let worst = sums(&instance, chosen).into_iter().min().unwrap();
            assert!(
                worst <= report.reached_bound,
                "round {round}: {worst} {report:?}"
            );
            if worst >= floor {
                assert!(
                    score <= report.total_bound,
                    "round {round}: {score} {report:?}"
                );
                best = best.max(Some(score));
            }
        });
        if let Some(best) = best {
            reachable += 1;
            if report.reached >= floor {
                reached += 1;
                best_total += i32::from(found.total == best);
            }
        }
    }
    assert!(reachable > 2_000, "{reachable}");
    assert!(
        reached * 1000 >= reachable * 990,
        "{reached} of {reachable}"
    );
    assert!(
        best_total * 1000 >= reached * 985,
        "{best_total} of {reached}"
    );
}

#[test]
fn a_floor_costs_no_panel_its_senior_where_both_can_be_had() {
    let shape = synth::Shape {
        papers: 1_000,
        judges: 1_100,
        candidates: 60,
        demand: 4,
        load: 0,
        seed: 2,
        crowded: false,
    };
    let group = |judge: u64, salt: u64| {
        let x = (judge + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 20
    };
    let senior = (0..1_100).map(|j| (group(j, 1) % 5 == 0).then_some(0));
    let region = (0..1_100).map(|j| Some((group(j, 3) % 38) as u32));
    let limits = [
        (senior.collect(), Limit::AtLeastOne),
        (region.collect(), Limit::Spread(10_000)),
    ];
    let rules = limits.map(|(group, limit)| PanelRule { group, limit });
    let instance = synth::make(&shape).unwrap();
    let instance = instance.with_panel_rules(rules.to_vec()).unwrap();
    let rules = Rules {
        balance: 1_000,
        floor: Some(3_250_000),
        seed: None,
    };
    let found = assign(&instance, &rules).unwrap();
    assert_within_limits(&instance, &found);
    assert_eq!(found.shortfall.panels.len(), 0);
    let report = found.floor.unwrap();
    assert!(report.reached >= 3_250_000, "{report:?}");
    assert!(report.total_bound - found.total < found.total / 1_000);
}

#[test]
fn the_floors_and_totals_of_every_peer_are_met_or_passed() {
    // Instance, floor, worst paper's sum, total: the goals, in micro-units.
    let goals = [
        ("midl", 944_838, 944_838, 201_750_000),
        ("midl-lb", 600_000, 600_000, 147_500_000),
        ("midl-lb", 900_000, 900_000, 142_000_000),
        ("aamas2015", 1_500_000, 1_500_000, 1_375_750_000),
        ("aamas2016", 1_000_000, 1_000_000, 949_000_000),
    ];
    for (name, floor, worst, total) in goals {
        let Some(instance) = instance(name) else {
            continue;
        };
        let rules = Rules {
            floor: Some(floor),
            ..Rules::default()
        };
        let found = assign(&instance, &rules).unwrap();
        assert_within_limits(&instance, &found);
        let report = found.floor.unwrap();
        assert!(report.reached >= worst, "{name}: {report:?}");
        assert!(found.total >= total, "{name}: {} {report:?}", found.total);
        assert!(
            found.total <= report.total_bound,
            "{name}: {} {report:?}",
            found.total
        );
    }
}

#[test]
fn a_balance_is_weighed_exactly_against_the_scores() {
    let mut dice = Dice(23);
    let mut mattered = 0;
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let balance = [1, 2, 7, 400][dice.below(4) as usize];
        let rules = Rules {
            balance,
            ..Rules::default()
        };
        let found = assign(&instance, &rules).unwrap();
        assert!(found.certificate.proved(), "round {round}: {instance:?}");
        let scored = |p: &Pair| ScoredPair {
            paper: p.paper,
            judge: p.judge,
            score: instance.score(*p).unwrap(),
        };
        let chosen: Vec<ScoredPair> = found.pairs.iter().map(scored).collect();
        let rank = |chosen: &[ScoredPair]| {
            let (open, short, value) = worth(&instance, balance, chosen);
            (open, short, -value)
        };
        let mut best = (u32::MAX, u32::MAX, i64::MAX);
        every_assignment(&instance, &mut |chosen| best = best.min(rank(chosen)));
        assert_eq!(rank(&chosen), best, "round {round}: {instance:?}");
        let plain = assign(&instance, &Rules::default()).unwrap();
        let plain: Vec<ScoredPair> = plain.pairs.iter().map(scored).collect();
        mattered += i32::from(rank(&plain) > best);
    }
    assert!(mattered > 100, "{mattered}");
}

#[test]
fn a_small_balance_evens_the_loads_at_little_or_no_loss() {
    // Instance, balance, variance at most (2.43 to two decimals), total at least.
    let goals = [
        ("aamas2015", 1_000, 3.7301, 1_406_250_000),
        ("aamas2021-bid", 10_000, 2.4349, 1_917_937_066),
    ];
    for (name, balance, most, total) in goals {
        let Some(instance) = instance(name) else {
            continue;
        };
        let found = assign(
            &instance,
            &Rules {
                balance,
                ..Rules::default()
            },
        )
        .unwrap();
        let variance = load_variance(&found.loads(&instance));
        assert!(variance <= most, "{name}: {variance}");
        assert!(found.total >= total, "{name}: {}", found.total);
        assert!(found.certificate.proved(), "{name}");
    }
}

#[test]
fn a_seed_decides_only_among_equals() {
    let mut dice = Dice(22);
    let mut differing = 0;
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let plain = assign(&instance, &Rules::default()).unwrap();
        let with = |seed| {
            assign(
                &instance,
                &Rules {
                    seed: Some(seed),
                    ..Rules::default()
                },
            )
            .unwrap()
        };
        let (a, b) = (with(1), with(2));
        assert_eq!(a, with(1), "the same seed gives the same assignment");
        for seeded in [&a, &b] {
            assert_eq!(seeded.total, plain.total);
            assert_eq!(seeded.shortfall.unfilled(), plain.shortfall.unfilled());
            assert!(seeded.certificate.proved());
        }
        let mut best = (u32::MAX, u32::MAX, i64::MAX);
        every_assignment(&instance, &mut |chosen| {
            let (open, short, score) = worth(&instance, 0, chosen);
            best = best.min((open, short, -score));
        });
        let short: u32 = a.shortfall.judges.iter().map(|j| j.1).sum();
        let reached = (a.shortfall.unfilled() as u32, short, -a.total);
        assert_eq!(reached, best, "round {round}: {instance:?}");
        differing += i32::from(a.pairs != b.pairs);
    }
    assert!(differing > 250, "{differing}");
}
