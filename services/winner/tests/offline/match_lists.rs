//! `winner match`.

use std::path::Path;
use std::process::Output;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::breaking::broken;
use crate::{json, said, winner};

const LISTS: &str = r#"{
  "seed": 7,
  "governments": [{"name": "Kota Serang", "capacity": 3}],
  "challenges": [
    {"name": "sampah", "government": "Kota Serang", "capacity": 1, "ranking": ["B", "A"]},
    {"name": "air", "government": "Kota Serang", "capacity": 2, "min": 1, "scores": {"A": "0.75", "B": "0.5", "C": "0.25"}},
    {"name": "gizi", "capacity": 1}
  ],
  "submissions": [
    {"name": "A", "wishes": ["sampah", "air"]},
    {"name": "B", "wishes": ["sampah", "gizi"]},
    {"name": "C", "wishes": ["gizi", "air"]}
  ]
}"#;

fn matched(folder: &Path, lists: &str) -> Output {
    let file = folder.join("lists.json");
    std::fs::write(&file, lists).unwrap();
    winner(&["match", file.to_str().unwrap()])
}

#[test]
fn everyone_has_the_best_challenge_that_wants_them() {
    let folder = tempfile::tempdir().unwrap();
    let output = matched(folder.path(), LISTS);
    assert!(output.status.success(), "{}", said(&output));
    let found = json(&output);
    let outcomes: Vec<_> = found["submissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|outcome| outcome["challenge"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["air", "sampah", "gizi"]);
    assert_eq!(found["blocking"].as_array().unwrap().len(), 0);
}

#[test]
fn a_wish_for_what_is_no_challenge_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = matched(
        folder.path(),
        &LISTS.replace(r#"["gizi", "air"]"#, r#"["gisi"]"#),
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains(r#"submission "C" wishes for "gisi", which is no challenge"#),
        "{}",
        said(&output)
    );
}

#[test]
fn broken_preferences_are_refused_or_matched_and_never_crash() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = StdRng::seed_from_u64(5);
    let (mut done, mut refused) = (0, 0);
    for _ in 0..150 {
        let lists = broken(&mut rng, LISTS);
        let output = matched(folder.path(), &lists);
        match output.status.code() {
            Some(0) => done += 1,
            Some(1) => {
                refused += 1;
                assert!(said(&output).starts_with("winner: "), "{}", said(&output));
            }
            code => panic!("{code:?} for {lists}: {}", said(&output)),
        }
    }
    assert!(
        done > 5 && refused > 50,
        "{done} matched, {refused} refused"
    );
}
