//! Rules about the judges of one paper, against brute force.

use crate::support::{Dice, every_assignment, small, worth};
use winner_matching_core::{
    Edits, Instance, InstanceError, Limit, Load, Pair, PanelRule, Rules, ScoredPair, WhyNot,
    assign, fill, price_of, reassign, why_not,
};

fn rule(dice: &mut Dice, judges: usize) -> PanelRule {
    let groups = 1 + dice.below(3);
    let group = |dice: &mut Dice| (dice.below(4) > 0).then(|| dice.below(groups) as u32);
    let limit = match dice.below(4) {
        0 => Limit::AtMost(1),
        1 => Limit::AtMost(dice.below(3) as u32),
        2 => Limit::AtLeastOne,
        _ => Limit::Spread(1 + dice.below(20) as i64),
    };
    PanelRule {
        group: (0..judges).map(|_| group(dice)).collect(),
        limit,
    }
}

/// Broken limits, missed "at least one", cost of spreads.
fn panels(instance: &Instance, chosen: &[ScoredPair]) -> (u32, u32, i64) {
    let (mut broken, mut missed, mut cost) = (0, 0, 0);
    for rule in instance.panel_rules() {
        for (paper, &demand) in (0u32..).zip(instance.demand()) {
            let groups = chosen.iter().filter(|p| p.paper == paper);
            let groups: Vec<u32> = groups
                .filter_map(|p| rule.group[p.judge as usize])
                .collect();
            let count = |g: u32| groups.iter().filter(|&&x| x == g).count() as u32;
            match rule.limit {
                Limit::AtMost(most) => broken += u32::from((0..3).any(|g| count(g) > most)),
                Limit::AtLeastOne => missed += u32::from(demand > 0 && groups.is_empty()),
                Limit::Spread(each) => {
                    let pairs = |g| i64::from(count(g)) * (i64::from(count(g)) - 1) / 2;
                    cost += each * (0..3).map(pairs).sum::<i64>();
                }
            }
        }
    }
    (broken, missed, cost)
}

/// Open places, missed minima, missed panels, loss: smaller is better.
type Rank = (u32, u32, u32, i64);

/// The rank of a choice, `None` where it breaks a limit.
fn rank(instance: &Instance, balance: i64, chosen: &[ScoredPair]) -> Option<Rank> {
    let (open, short, score) = worth(instance, balance, chosen);
    let (broken, missed, cost) = panels(instance, chosen);
    (broken == 0).then_some((open, short, missed, cost - score))
}

fn scored(instance: &Instance, pairs: &[Pair]) -> Vec<ScoredPair> {
    let with_score = |p: &Pair| ScoredPair {
        paper: p.paper,
        judge: p.judge,
        score: instance.score(*p).expect("an allowed pair"),
    };
    pairs.iter().map(with_score).collect()
}

fn best(instance: &Instance, balance: i64) -> Rank {
    let mut best = (u32::MAX, u32::MAX, u32::MAX, i64::MAX);
    every_assignment(instance, &mut |chosen| {
        best = rank(instance, balance, chosen).map_or(best, |r| best.min(r));
    });
    best
}

#[test]
fn one_rule_is_met_exactly_and_proved() {
    let mut dice = Dice(31);
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let rules = vec![rule(&mut dice, instance.judges())];
        let instance = instance.with_panel_rules(rules).unwrap();
        let rules = Rules {
            balance: [0, 0, 1, 7][dice.below(4) as usize],
            seed: [None, Some(3)][dice.below(2) as usize],
            floor: None,
        };
        let found = assign(&instance, &rules).unwrap();
        let reached = rank(&instance, rules.balance, &scored(&instance, &found.pairs));
        assert_eq!(
            reached,
            Some(best(&instance, rules.balance)),
            "round {round}: {instance:?} {found:?}"
        );
        assert!(
            found.certificate.proved(),
            "round {round}: {instance:?} {found:?}"
        );
        assert_eq!(found.shortfall.panels.len() as u32, reached.unwrap().2);
    }
}

#[test]
fn rules_that_cut_across_each_other_are_kept_and_nearly_always_best() {
    let mut dice = Dice(32);
    let (mut full, mut equal) = (0, 0);
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let judges = instance.judges();
        let rules = vec![rule(&mut dice, judges), rule(&mut dice, judges)];
        let instance = instance.with_panel_rules(rules).unwrap();
        let found = assign(&instance, &Rules::default()).unwrap();
        let reached = rank(&instance, 0, &scored(&instance, &found.pairs));
        let reached = reached.unwrap_or_else(|| panic!("round {round}: a limit is broken"));
        assert!(found.certificate.gap() >= 0, "round {round}");
        let best = best(&instance, 0);
        full += u32::from(reached.0 == best.0);
        equal += u32::from(reached == best);
    }
    println!("as full as can be: {full}, best: {equal} of 10,000");
    assert!(full > 9_500 && equal > 9_000, "full {full}, best {equal}");
}

#[test]
fn a_late_change_keeps_the_rule_and_moves_the_fewest() {
    let mut dice = Dice(33);
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let rules = vec![rule(&mut dice, instance.judges())];
        let instance = instance.with_panel_rules(rules).unwrap();
        let before = assign(&instance, &Rules::default()).unwrap();
        let Some(&gone) = before.pairs.first() else {
            continue;
        };
        let banned = Edits {
            lock: vec![],
            forbid: vec![gone],
        };
        let changed = instance.edited(&banned).unwrap();
        let change = reassign(&changed, &Rules::default(), &before).unwrap();
        assert!(change.assignment.certificate.proved(), "round {round}");
        let after = &change.assignment.pairs;
        let kept = |pairs: &[Pair]| before.pairs.iter().filter(|p| pairs.contains(p)).count();
        let mut best = None;
        every_assignment(&changed, &mut |chosen| {
            let pairs: Vec<Pair> = chosen
                .iter()
                .map(|p| Pair {
                    paper: p.paper,
                    judge: p.judge,
                })
                .collect();
            if let Some(rank) = rank(&changed, 0, chosen) {
                let this = (rank, -(kept(&pairs) as i64));
                best = Some(best.map_or(this, |b| this.min(b)));
            }
        });
        let rank = rank(&changed, 0, &scored(&changed, after)).unwrap();
        assert_eq!(Some((rank, -(kept(after) as i64))), best, "round {round}");
        let price = price_of(&instance, &Rules::default(), &before, &banned).unwrap();
        if let WhyNot::Outweighed { loss_at_least, .. } =
            why_not(&changed, &change.assignment, gone)
        {
            assert!(i128::from(loss_at_least) <= price.loss);
        }
    }
}

#[test]
fn locks_and_a_floor_hold_beside_rules() {
    let mut dice = Dice(34);
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let judges = instance.judges();
        let count = 1 + dice.below(2);
        let rules = (0..count).map(|_| rule(&mut dice, judges)).collect();
        let instance = instance.with_panel_rules(rules).unwrap();
        let all: Vec<Pair> = instance
            .pairs()
            .map(|p| Pair {
                paper: p.paper,
                judge: p.judge,
            })
            .collect();
        let lock: Vec<Pair> = all.iter().copied().filter(|_| dice.below(4) == 0).collect();
        let Ok(edited) = instance.edited(&Edits {
            lock: lock.clone(),
            forbid: vec![],
        }) else {
            continue;
        };
        let rules = Rules {
            floor: Some(dice.below(8) as i64).filter(|_| dice.below(2) == 0),
            ..Rules::default()
        };
        let found = assign(&edited, &rules).unwrap();
        assert!(
            lock.iter().all(|p| found.pairs.contains(p)),
            "round {round}"
        );
        assert_eq!(
            panels(&edited, &scored(&edited, &found.pairs)).0,
            0,
            "round {round}"
        );
        assert!(found.certificate.gap() >= 0, "round {round}");
        let filled = fill(&edited, &Rules::default(), &found.pairs).unwrap();
        assert!(filled.removed.is_empty(), "round {round}");
    }
}

#[test]
fn a_rule_that_does_not_fit_the_instance_is_refused() {
    let instance = Instance::new(vec![1], vec![Load { min: 0, max: 1 }; 2], vec![]).unwrap();
    let rule = |group: Vec<Option<u32>>, limit| vec![PanelRule { group, limit }];
    let with = |rules| instance.clone().with_panel_rules(rules).unwrap_err();
    let error = with(rule(vec![None], Limit::AtLeastOne));
    assert!(matches!(error, InstanceError::GroupCount { found: 1, .. }));
    let error = with(rule(vec![None; 2], Limit::Spread(-1)));
    assert!(matches!(error, InstanceError::SpreadOutOfRange { rule: 0 }));
    let error = with(rule(vec![Some(u32::MAX); 2], Limit::AtMost(1)));
    assert!(matches!(error, InstanceError::GroupOutOfRange { rule: 0 }));
}

/// How many separate parts papers and judges with pairs fall into.
fn parts(instance: &Instance, chosen: &[(u32, u32)]) -> usize {
    let papers = instance.papers();
    let mut part: Vec<usize> = (0..papers + instance.judges()).collect();
    for _ in 0..part.len() {
        for &(p, j) in chosen {
            let (p, j) = (p as usize, papers + j as usize);
            let least = part[p].min(part[j]);
            (part[p], part[j]) = (least, least);
        }
    }
    let mut seen: Vec<usize> = chosen.iter().map(|&(p, _)| part[p as usize]).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

#[test]
fn among_equals_the_panels_hang_together_where_they_can() {
    let mut dice = Dice(35);
    let (mut divided, mut fewest) = (0, 0);
    for round in 0..20_000 {
        let mut instance = small(&mut dice);
        if dice.below(2) == 0 {
            let rules = vec![rule(&mut dice, instance.judges())];
            instance = instance.with_panel_rules(rules).unwrap();
        }
        let found = assign(&instance, &Rules::default()).unwrap();
        assert!(found.certificate.proved(), "round {round}");
        let pairs: Vec<_> = found.pairs.iter().map(|p| (p.paper, p.judge)).collect();
        let reached = parts(&instance, &pairs);
        assert_eq!(reached, found.parts(&instance), "round {round}");
        let rank_found = rank(&instance, 0, &scored(&instance, &found.pairs));
        let (mut least, mut most) = (usize::MAX, 0);
        every_assignment(&instance, &mut |chosen| {
            if rank(&instance, 0, chosen) == rank_found {
                let pairs: Vec<_> = chosen.iter().map(|p| (p.paper, p.judge)).collect();
                let parts = parts(&instance, &pairs);
                (least, most) = (least.min(parts), most.max(parts));
            }
        });
        if least < most && found.shortfall.is_empty() {
            divided += 1;
            fewest += usize::from(reached == least);
        }
    }
    println!("fewest parts in {fewest} of {divided} where it makes a difference");
    assert!(
        divided > 100 && fewest * 100 >= divided * 95,
        "{fewest} of {divided}"
    );
}
