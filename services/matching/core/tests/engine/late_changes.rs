//! Hand edits and late changes, against brute force.

use crate::support::{Dice, every_assignment, small, worth};
use winner_matching_core::{
    EditError, Edits, Instance, Limit, Load, Pair, PanelRule, Rules, ScoredPair, assign, fill,
    price_of, reassign, replacements, synth,
};

fn pair(p: &ScoredPair) -> Pair {
    Pair {
        paper: p.paper,
        judge: p.judge,
    }
}

/// Open places, missed minima, loss of score: smaller is better.
type Rank = (u32, u32, i64);

fn rank(instance: &Instance, chosen: &[ScoredPair]) -> Rank {
    let (open, short, score) = worth(instance, 0, chosen);
    (open, short, -score)
}

fn scored(instance: &Instance, pairs: &[Pair]) -> Vec<ScoredPair> {
    let score = |p: &Pair| instance.score(*p).expect("an allowed pair");
    pairs
        .iter()
        .map(|p| ScoredPair {
            paper: p.paper,
            judge: p.judge,
            score: score(p),
        })
        .collect()
}

/// Some of the pairs, at random.
fn some(dice: &mut Dice, from: &[Pair], most: usize) -> Vec<Pair> {
    let mut list: Vec<Pair> = from
        .iter()
        .copied()
        .filter(|_| dice.below(3) == 0)
        .collect();
    list.truncate(most);
    list
}

#[test]
fn locked_and_forbidden_pairs_are_honoured_at_the_least_loss() {
    let mut dice = Dice(11);
    let (mut edited_count, mut priced) = (0, 0);
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let all: Vec<Pair> = instance.pairs().map(|p| pair(&p)).collect();
        let edits = Edits {
            lock: some(&mut dice, &all, 2),
            forbid: some(&mut dice, &all, 2),
        };
        let Ok(edited) = instance.edited(&edits) else {
            continue;
        };
        edited_count += 1;
        let found = assign(&edited, &Rules::default()).unwrap();
        assert!(
            found.certificate.proved(),
            "round {round}: {edited:?} {found:?}"
        );
        let mut best = (u32::MAX, u32::MAX, i64::MAX);
        every_assignment(&instance, &mut |chosen| {
            let pairs: Vec<Pair> = chosen.iter().map(pair).collect();
            let locked = edits.lock.iter().all(|p| pairs.contains(p));
            if locked && !edits.forbid.iter().any(|p| pairs.contains(p)) {
                best = best.min(rank(&instance, chosen));
            }
        });
        assert_eq!(
            rank(&instance, &scored(&instance, &found.pairs)),
            best,
            "round {round}"
        );
        let before = assign(&instance, &Rules::default()).unwrap();
        let free = rank(&instance, &scored(&instance, &before.pairs));
        let price = price_of(&instance, &Rules::default(), &before, &edits).unwrap();
        let after = &price.change.assignment.pairs;
        assert_eq!(rank(&instance, &scored(&instance, after)), best);
        if edits.lock.is_empty() && (free.0, free.1) == (best.0, best.1) {
            priced += 1;
            assert_eq!(price.loss, i128::from(best.2 - free.2), "round {round}");
        }
    }
    println!("{priced} prices in score alone");
    assert!(priced > 2_000, "{priced}");
    assert!(
        edited_count > 3_000,
        "only {edited_count} edits were possible"
    );
}

#[test]
fn a_late_change_keeps_the_best_total_and_moves_the_fewest() {
    let mut dice = Dice(12);
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let before = assign(&instance, &Rules::default()).unwrap();
        let all: Vec<Pair> = instance.pairs().map(|p| pair(&p)).collect();
        let changed = if dice.below(2) == 0 {
            // A conflict.
            let forbid = some(&mut dice, &all, 2);
            instance
                .edited(&Edits {
                    lock: vec![],
                    forbid,
                })
                .unwrap()
        } else {
            // Other quotas, and a new judge.
            let mut load = instance.load().to_vec();
            let j = dice.below(load.len() as u64) as usize;
            load[j] = Load {
                min: 0,
                max: dice.below(3) as u32,
            };
            load.push(Load { min: 0, max: 1 });
            let joins = ScoredPair {
                paper: 0,
                judge: load.len() as u32 - 1,
                score: 1,
            };
            let pairs = instance.pairs().chain([joins]);
            Instance::new(instance.demand().to_vec(), load, pairs).unwrap()
        };
        let change = reassign(&changed, &Rules::default(), &before).unwrap();
        assert!(
            change.assignment.certificate.proved(),
            "round {round}: {changed:?} {change:?}"
        );
        let kept = |chosen: &[Pair]| before.pairs.iter().filter(|p| chosen.contains(p)).count();
        let mut best = ((u32::MAX, u32::MAX, i64::MAX), 0);
        every_assignment(&changed, &mut |chosen| {
            let pairs: Vec<Pair> = chosen.iter().map(pair).collect();
            best = best.min((rank(&changed, chosen), -(kept(&pairs) as i64)));
        });
        let after = &change.assignment.pairs;
        let found = (
            rank(&changed, &scored(&changed, after)),
            -(kept(after) as i64),
        );
        assert_eq!(found, best, "round {round}: {instance:?} {changed:?}");
        assert_eq!(change.removed.len(), before.pairs.len() - kept(after));
        assert_eq!(change.added.len(), after.len() - kept(after));
    }
}

#[test]
fn a_late_change_beside_at_least_one_is_made_however_large_the_penalties_are() {
    let shape = synth::Shape {
        papers: 400,
        judges: 400,
        candidates: 30,
        demand: 3,
        load: 0,
        seed: 1,
        crowded: false,
    };
    let plain = synth::make(&shape).unwrap();
    // With scores of a thousand units, the penalty times the number of places
    // does not fit in 64 bits.
    let pairs = plain.pairs().map(|p| ScoredPair {
        score: p.score * 1_000,
        ..p
    });
    let instance = Instance::new(plain.demand().to_vec(), plain.load().to_vec(), pairs).unwrap();
    let rule = PanelRule {
        group: (0..400).map(|j| (j % 3 == 0).then_some(0)).collect(),
        limit: Limit::AtLeastOne,
    };
    let instance = instance.with_panel_rules(vec![rule]).unwrap();
    for seed in [None, Some(7)] {
        let rules = Rules {
            seed,
            ..Rules::default()
        };
        let before = assign(&instance, &rules).unwrap();
        assert!(before.certificate.proved());
        let conflict = Edits {
            lock: vec![],
            forbid: vec![before.pairs[0]],
        };
        let changed = instance.edited(&conflict).unwrap();
        let change = reassign(&changed, &rules, &before).unwrap();
        let after = &change.assignment;
        assert!(after.certificate.proved(), "{:?}", after.certificate);
        assert!(after.shortfall.is_empty(), "{:?}", after.shortfall);
        assert!(after.total <= before.total);
        assert!(change.removed.contains(&before.pairs[0]));
        assert!(change.added.len() < 20, "{}", change.added.len());
    }
}

#[test]
fn a_replacement_disturbs_nobody_else() {
    let mut dice = Dice(13);
    for _ in 0..10_000 {
        let instance = small(&mut dice);
        let before = assign(&instance, &Rules::default()).unwrap();
        let Some(&gone) = before.pairs.first() else {
            continue;
        };
        let banned = Edits {
            lock: vec![],
            forbid: vec![gone],
        };
        let changed = instance.edited(&banned).unwrap();
        let change = fill(&changed, &Rules::default(), &before.pairs).unwrap();
        assert_eq!(change.removed, vec![gone]);
        let free: Vec<_> = replacements(&changed, &before.pairs[1..], gone.paper);
        let joined = change.added.iter().find(|p| p.paper == gone.paper);
        assert_eq!(joined.is_some(), !free.is_empty());
        let free_of_minima = changed.load().iter().all(|l| l.min == 0);
        if let (true, Some(joined), [only]) = (free_of_minima, joined, &change.added[..]) {
            assert_eq!(joined, only);
            assert_eq!(changed.score(*only), Some(free[0].score));
        }
    }
}

#[test]
fn contradicting_edits_are_refused_with_the_pair() {
    let pairs = [(0, 0), (0, 1), (1, 0)].map(|(paper, judge)| ScoredPair {
        paper,
        judge,
        score: 1,
    });
    let one = Load { min: 0, max: 1 };
    let instance = Instance::new(vec![1, 1], vec![one; 2], pairs).unwrap();
    let at = |paper, judge| Pair { paper, judge };
    let edit = |lock: &[Pair], forbid: &[Pair]| {
        instance
            .edited(&Edits {
                lock: lock.to_vec(),
                forbid: forbid.to_vec(),
            })
            .err()
    };
    assert_eq!(
        edit(&[at(1, 1)], &[]),
        Some(EditError::LockedNotAllowed(at(1, 1)))
    );
    assert_eq!(
        edit(&[at(7, 0)], &[]),
        Some(EditError::LockedNotAllowed(at(7, 0)))
    );
    assert_eq!(
        edit(&[at(0, 0)], &[at(0, 0)]),
        Some(EditError::LockedAndForbidden(at(0, 0)))
    );
    assert_eq!(
        edit(&[at(0, 0), at(0, 1)], &[]),
        Some(EditError::PaperOverfilled(0))
    );
    assert_eq!(
        edit(&[at(0, 0), at(1, 0)], &[]),
        Some(EditError::JudgeOverloaded(0))
    );
    assert_eq!(edit(&[], &[at(9, 9)]), None);
}
