//! Inputs at and beyond the limits: a clear error or a right answer, never a
//! panic or a loop.

use crate::support::Dice;
use proptest::prelude::*;
use winner_matching_core::{
    AssignError, CertifyError, Duals, Instance, Load, MAX_SCORE, Pair, Rules, ScoredPair, assign,
    certify, format, synth,
};

fn instance(demand: Vec<u32>, load: Vec<Load>, pairs: Vec<ScoredPair>) -> Instance {
    Instance::new(demand, load, pairs).unwrap()
}

fn load(min: u32, max: u32) -> Load {
    Load { min, max }
}

#[test]
fn nobody_and_nothing_are_assigned_without_fuss() {
    let empty = assign(&instance(vec![], vec![], vec![]), &Rules::default()).unwrap();
    assert!(empty.pairs.is_empty() && empty.certificate.proved());
    let no_judges = assign(&instance(vec![3, 2], vec![], vec![]), &Rules::default()).unwrap();
    assert_eq!(no_judges.shortfall.papers, vec![(0, 3), (1, 2)]);
    assert_eq!(no_judges.shortfall.bottleneck.unwrap().missing, 5);
    let all_conflicts = instance(vec![1], vec![load(1, 4); 3], vec![]);
    let found = assign(&all_conflicts, &Rules::default()).unwrap();
    assert_eq!(found.shortfall.judges, vec![(0, 1), (1, 1), (2, 1)]);
    assert!(found.certificate.proved());
    let everything = Rules {
        balance: 5,
        floor: Some(1),
        seed: Some(1),
    };
    for lonely in [&all_conflicts, &instance(vec![], vec![load(0, 1)], vec![])] {
        assert!(assign(lonely, &everything).is_ok());
    }
}

#[test]
fn one_judge_for_many_takes_its_maximum_of_the_best() {
    let pairs = (0..50).map(|paper| ScoredPair {
        paper,
        judge: 0,
        score: i64::from(paper),
    });
    let one = instance(vec![1; 50], vec![load(0, 3)], pairs.collect());
    let found = assign(&one, &Rules::default()).unwrap();
    assert_eq!(found.total, 49 + 48 + 47);
    assert_eq!(found.shortfall.unfilled(), 47);
    assert_eq!(found.shortfall.bottleneck.unwrap().judges, vec![0]);
}

#[test]
fn extreme_scores_demands_and_rules_are_exact_or_refused() {
    let mut dice = Dice(51);
    for _ in 0..300 {
        let mut pairs = Vec::new();
        for paper in 0..3 {
            for judge in 0..4 {
                let score = [MAX_SCORE, -MAX_SCORE, 0, 1][dice.below(4) as usize];
                pairs.push(ScoredPair {
                    paper,
                    judge,
                    score,
                });
            }
        }
        let demand = vec![[1, 2, 1 << 20][dice.below(3) as usize]; 3];
        let loads = vec![
            load(
                dice.below(2) as u32,
                [1, 2, u32::MAX][dice.below(3) as usize]
            );
            4
        ];
        let extreme = instance(demand, loads, pairs);
        let pick = |dice: &mut Dice| [i64::MIN, -1, 0, 1, i64::MAX][dice.below(5) as usize];
        let rules = Rules {
            balance: [0, 1, MAX_SCORE, i64::MAX][dice.below(4) as usize],
            floor: Some(pick(&mut dice)).filter(|_| dice.below(2) == 0),
            seed: Some(pick(&mut dice).cast_unsigned()).filter(|_| dice.below(2) == 0),
        };
        match assign(&extreme, &rules) {
            Ok(found) if rules.floor.is_none() => assert!(found.certificate.proved()),
            Ok(found) => assert!(found.certificate.gap() >= 0),
            Err(error) => assert!(matches!(error, AssignError::TooLarge(_)), "{error}"),
        }
    }
    let negative = Rules {
        balance: -1,
        ..Rules::default()
    };
    let any = instance(vec![], vec![], vec![]);
    assert_eq!(assign(&any, &negative), Err(AssignError::NegativeBalance));
}

#[test]
fn a_wrong_claim_is_refuted_with_its_reason() {
    let pairs = [(0, 0, 5), (0, 1, 4), (1, 0, 3)];
    let pairs = pairs.map(|(paper, judge, score)| ScoredPair {
        paper,
        judge,
        score,
    });
    let small = instance(vec![1, 1], vec![load(0, 1); 2], pairs.to_vec());
    let rules = Rules::default();
    let found = assign(&small, &rules).unwrap();
    let check = |pairs: &[(u32, u32)]| {
        let pairs: Vec<Pair> = pairs
            .iter()
            .map(|&(paper, judge)| Pair { paper, judge })
            .collect();
        certify(&small, &rules, &pairs, &found.duals)
    };
    assert!(check(&[(0, 1), (1, 0)]).unwrap().proved());
    assert!(
        !check(&[(0, 0)]).unwrap().proved(),
        "a worse assignment is not proved"
    );
    assert!(matches!(check(&[(1, 1)]), Err(CertifyError::Forbidden(_))));
    assert!(matches!(
        check(&[(0, 1), (0, 1)]),
        Err(CertifyError::Twice(_))
    ));
    assert!(matches!(
        check(&[(0, 0), (0, 1)]),
        Err(CertifyError::Overfilled(0))
    ));
    assert!(matches!(
        check(&[(0, 0), (1, 0)]),
        Err(CertifyError::Overloaded(0))
    ));
    let short = Duals {
        paper: vec![],
        judge: vec![0, 0],
    };
    assert!(matches!(
        certify(&small, &rules, &[], &short),
        Err(CertifyError::Prices { .. })
    ));
    let wild = Duals {
        paper: vec![i64::MIN, i64::MAX],
        judge: vec![i64::MAX, i64::MIN],
    };
    assert!(
        !certify(&small, &rules, &found.pairs, &wild)
            .unwrap()
            .proved()
    );
}

#[test]
fn a_crowd_is_assigned_as_or_tools_does() {
    let shape = synth::Shape {
        papers: 3_000,
        judges: 3_000,
        candidates: 60,
        demand: 3,
        load: 0,
        seed: 1,
        crowded: true,
    };
    let found = assign(&synth::make(&shape).unwrap(), &Rules::default()).unwrap();
    assert_eq!(found.total, 7_915_864_903);
    assert!(found.certificate.proved());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(json in ".{0,80}", csv in ".{0,200}") {
        drop(format::read_instance(&json, &csv));
    }

    #[test]
    fn a_file_cut_or_changed_anywhere_is_read_or_refused(
        cut in 0usize..90,
        at in 0usize..90,
        byte in 0u8..127,
    ) {
        let json = r#"{"papers":2,"reviewers":3,"demand":1,"load_min":0,"load_max":1}"#;
        let mut csv = String::from("paper,reviewer,score_micro\n0,0,5\n0,2,-7\n1,1,123456\n1,2,9\n");
        csv.truncate(cut.min(csv.len()));
        let mut bytes = csv.into_bytes();
        if let Some(b) = bytes.get_mut(at) {
            *b = byte;
        }
        if let Ok(instance) = format::read_instance(json, &String::from_utf8(bytes).unwrap()) {
            prop_assert!(assign(&instance, &Rules::default()).unwrap().certificate.proved());
        }
    }

    #[test]
    fn any_decimal_is_read_or_refused(text in ".{0,30}") {
        drop(format::micro(&text));
    }
}
