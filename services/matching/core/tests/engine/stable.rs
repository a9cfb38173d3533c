//! Deferred acceptance against enumeration of every stable matching.

use crate::support::Dice;
use winner_matching_core::stable::{
    Challenge, Government, Problem, ProblemError, Wish, blocking_pairs, propose, with_quotas,
};

fn wishes(dice: &mut Dice, challenges: u64, levels: u64) -> Vec<Wish> {
    let mut list: Vec<u32> = (0..challenges as u32)
        .filter(|_| dice.below(4) > 0)
        .collect();
    for i in (1..list.len()).rev() {
        list.swap(i, dice.below(i as u64 + 1) as usize);
    }
    let wish = |challenge| Wish {
        challenge,
        priority: dice.below(levels) as i64,
    };
    list.into_iter().map(wish).collect()
}

fn random(dice: &mut Dice, with_min: bool) -> Problem {
    let (submissions, challenges) = (1 + dice.below(5), 1 + dice.below(4));
    let governments = 1 + dice.below(2);
    let levels = 1 + dice.below(5);
    let lists = (0..submissions)
        .map(|_| wishes(dice, challenges, levels))
        .collect();
    let offered = (0..challenges)
        .map(|_| {
            let max = dice.below(3) as u32;
            let min = if with_min {
                dice.below(u64::from(max) + 1) as u32
            } else {
                0
            };
            Challenge {
                government: dice.below(governments) as u32,
                min,
                max,
            }
        })
        .collect();
    let hosts = (0..governments)
        .map(|_| Government {
            max: if with_min { 100 } else { dice.below(5) as u32 },
        })
        .collect();
    Problem::new(lists, offered, hosts, dice.next()).unwrap()
}

/// Every way to give each submission one of its wishes or nothing.
fn every(problem: &Problem, chosen: &mut Vec<Option<u32>>, visit: &mut impl FnMut(&[Option<u32>])) {
    let Some(list) = problem.wishes().get(chosen.len()) else {
        return visit(chosen);
    };
    for wish in std::iter::once(None).chain(list.iter().map(|w| Some(w.challenge))) {
        chosen.push(wish);
        every(problem, chosen, visit);
        chosen.pop();
    }
}

fn fits(problem: &Problem, hosts: &[u32], chosen: &[Option<u32>]) -> bool {
    let mut got = vec![0; problem.challenges().len()];
    let mut hosted = vec![0; hosts.len()];
    for &c in chosen.iter().flatten() {
        got[c as usize] += 1;
        hosted[problem.challenges()[c as usize].government as usize] += 1;
    }
    let within = got
        .iter()
        .zip(problem.challenges())
        .all(|(&n, c)| n <= c.max);
    within && hosted.iter().zip(hosts).all(|(n, most)| n <= most)
}

fn place(problem: &Problem, submission: usize, challenge: Option<u32>) -> usize {
    let list = &problem.wishes()[submission];
    challenge.map_or(list.len(), |c| {
        list.iter().position(|w| w.challenge == c).unwrap()
    })
}

#[test]
fn the_matching_is_stable_and_nobody_does_better_in_any_other_stable_one() {
    let mut dice = Dice(31);
    let mut several = 0;
    for round in 0..10_000 {
        let problem = random(&mut dice, false);
        let hosts: Vec<u32> = problem.governments().iter().map(|g| g.max).collect();
        let found = propose(&problem);
        assert!(fits(&problem, &hosts, &found.challenge), "round {round}");
        assert_eq!(
            blocking_pairs(&problem, &found.challenge),
            [],
            "round {round}: {problem:?}"
        );
        let mut stable = 0;
        every(&problem, &mut Vec::new(), &mut |chosen| {
            if !fits(&problem, &hosts, chosen) || !blocking_pairs(&problem, chosen).is_empty() {
                return;
            }
            stable += 1;
            for (s, (&mine, &other)) in found.challenge.iter().zip(chosen).enumerate() {
                assert!(
                    place(&problem, s, mine) <= place(&problem, s, other),
                    "round {round}"
                );
            }
        });
        assert!(stable >= 1);
        several += i32::from(stable > 1);
    }
    assert!(
        several > 20,
        "{several} problems with several stable matchings"
    );
}

#[test]
fn whoever_beats_a_cut_off_is_in_or_has_better() {
    let mut dice = Dice(32);
    for _ in 0..10_000 {
        let problem = random(&mut dice, false);
        let found = propose(&problem);
        for (s, list) in (0u32..).zip(problem.wishes()) {
            let got = place(&problem, s as usize, found.challenge[s as usize]);
            for wish in &list[..got] {
                let full = problem.challenges()[wish.challenge as usize].max == 0;
                let cut = found.cut_off[wish.challenge as usize];
                let beaten =
                    cut.is_none_or(|c| (wish.priority, problem.lot(s)) > (c.priority, c.lot));
                let host = problem.challenges()[wish.challenge as usize].government;
                let closed = problem.governments()[host as usize].max == 0;
                assert!(!beaten || full || closed, "{problem:?} {found:?}");
            }
        }
    }
}

#[test]
fn a_lower_quota_that_a_stable_matching_misses_is_met_by_flow_and_said_so() {
    let mut dice = Dice(33);
    let mut conflicts = 0;
    for round in 0..10_000 {
        let problem = random(&mut dice, true);
        let (matching, conflict) = with_quotas(&problem).unwrap();
        let hosts = vec![100; problem.governments().len()];
        assert!(fits(&problem, &hosts, &matching.challenge));
        let Some(conflict) = conflict else {
            assert_eq!(blocking_pairs(&problem, &matching.challenge), []);
            continue;
        };
        conflicts += 1;
        let short = |chosen: &[Option<u32>]| -> u32 {
            let got = |c: usize| chosen.iter().filter(|x| **x == Some(c as u32)).count() as u32;
            let all = problem.challenges().iter().enumerate();
            all.map(|(c, info)| info.min.saturating_sub(got(c))).sum()
        };
        let mut least = u32::MAX;
        every(&problem, &mut Vec::new(), &mut |chosen| {
            if fits(&problem, &hosts, chosen) {
                least = least.min(short(chosen));
            }
        });
        assert_eq!(
            conflict.still_missing.iter().map(|m| m.1).sum::<u32>(),
            least,
            "round {round}"
        );
        assert_eq!(
            conflict.blocking,
            blocking_pairs(&problem, &matching.challenge)
        );
    }
    assert!(conflicts > 100, "{conflicts}");
}

#[test]
fn equal_priorities_are_decided_by_the_lot_alone() {
    let wish = Wish {
        challenge: 0,
        priority: 7,
    };
    let one = Challenge {
        government: 0,
        min: 0,
        max: 1,
    };
    let all = |seed| {
        Problem::new(
            vec![vec![wish]; 5],
            vec![one],
            vec![Government { max: 9 }],
            seed,
        )
        .unwrap()
    };
    let mut winners = std::collections::BTreeSet::new();
    for seed in 0..40 {
        let problem = all(seed);
        let found = propose(&problem);
        let winner = found.challenge.iter().position(Option::is_some).unwrap();
        let largest = (0..5).max_by_key(|&s| problem.lot(s)).unwrap();
        assert_eq!(winner, largest as usize);
        assert_eq!(found.cut_off[0].unwrap().lot, problem.lot(largest));
        winners.insert(winner);
    }
    assert_eq!(winners.len(), 5, "every submission wins under some seed");
}

#[test]
fn a_bad_problem_is_named() {
    let wish = |challenge| Wish {
        challenge,
        priority: 0,
    };
    let one = Challenge {
        government: 0,
        min: 0,
        max: 1,
    };
    let host = vec![Government { max: 1 }];
    let make = |lists, c| Problem::new(lists, vec![c], host.clone(), 0).unwrap_err();
    assert!(matches!(
        make(vec![vec![wish(1)]], one),
        ProblemError::UnknownChallenge { .. }
    ));
    assert!(matches!(
        make(vec![vec![wish(0), wish(0)]], one),
        ProblemError::Twice { .. }
    ));
    let lost = Challenge {
        government: 1,
        ..one
    };
    assert!(matches!(
        make(vec![], lost),
        ProblemError::UnknownGovernment { .. }
    ));
    let reversed = Challenge { min: 2, ..one };
    assert!(matches!(
        make(vec![], reversed),
        ProblemError::QuotaReversed { .. }
    ));
}
