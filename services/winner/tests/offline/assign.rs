//! `winner assign` and `winner assign verify`.

use std::path::{Path, PathBuf};

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::Value;
use tempfile::TempDir;

use crate::breaking::broken;
use crate::{json, said, winner};

const INSTANCE: &str =
    r#"{"papers":3,"reviewers":3,"demand":2,"load_min":1,"load_max":2,"edges":9}"#;
const EDGES: &str = "paper,reviewer,score_micro
0,0,900000
0,1,800000
0,2,100000
1,0,700000
1,1,200000
1,2,600000
2,0,500000
2,1,400000
2,2,300000
";

/// A folder with the instance, and where a result is to be.
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("instance.json"), INSTANCE).unwrap();
    std::fs::write(folder.path().join("edges.csv"), EDGES).unwrap();
    let result = folder.path().join("result.json");
    (folder, result)
}

fn assign(folder: &Path, wishes: &[&str]) -> Value {
    let arguments = [&["assign", folder.to_str().unwrap()], wishes].concat();
    let output = winner(&arguments);
    assert!(output.status.success(), "{}", said(&output));
    json(&output)
}

fn verdict(folder: &Path, result: &Path) -> (Option<i32>, String) {
    let paths = [folder.to_str().unwrap(), result.to_str().unwrap()];
    let output = winner(&["assign", "verify", paths[0], paths[1]]);
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), text)
}

#[test]
fn the_largest_total_is_found_and_its_proof_holds() {
    let (folder, result) = folder();
    let found = assign(folder.path(), &[]);
    // 0 has judges 0 and 1, 1 has 0 and 2, 2 has 1 and 2: nothing of the other five is larger.
    assert_eq!(found["total_micro"], 3_700_000);
    assert_eq!(found["unfilled"], 0);
    assert_eq!(found["load_max"], 2);
    std::fs::write(&result, found.to_string()).unwrap();
    let (code, text) = verdict(folder.path(), &result);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.starts_with("verified: no assignment is better"),
        "{text}"
    );
}

#[test]
fn a_result_that_is_not_what_it_says_is_refuted() {
    let (folder, result) = folder();
    let found = assign(folder.path(), &[]);
    let mut richer = found.clone();
    richer["total_micro"] = 3_700_001.into();
    let mut short = found.clone();
    short["pairs"].as_array_mut().unwrap().pop();
    let mut twice = found;
    let first = twice["pairs"][0].clone();
    twice["pairs"][1] = first;
    for claim in [richer, short, twice] {
        std::fs::write(&result, claim.to_string()).unwrap();
        let (code, text) = verdict(folder.path(), &result);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.starts_with("refuted: "), "{text}");
    }
}

#[test]
fn locked_and_forbidden_pairs_are_kept() {
    let (folder, _) = folder();
    let found = assign(folder.path(), &["--lock", "0:2", "--forbid", "1:0"]);
    let has = |paper: u32, reviewer: u32| {
        found["pairs"]
            .as_array()
            .unwrap()
            .iter()
            .any(|pair| pair["paper"] == paper && pair["reviewer"] == reviewer)
    };
    assert!(has(0, 2));
    assert!(!has(1, 0));
    assert_eq!(found["unfilled"], 0);
}

#[test]
fn a_wrong_line_is_named() {
    let (folder, _) = folder();
    let edges = EDGES.replace("1,1,200000", "1,7,200000");
    std::fs::write(folder.path().join("edges.csv"), edges).unwrap();
    let output = winner(&["assign", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("line 6"), "{}", said(&output));
}

#[test]
fn a_broken_result_is_refuted_and_never_crashes_the_check() {
    let (folder, result) = folder();
    let found = assign(folder.path(), &[]).to_string();
    let mut rng = StdRng::seed_from_u64(11);
    let mut refused = 0;
    for _ in 0..150 {
        let claim = broken(&mut rng, &found);
        std::fs::write(&result, &claim).unwrap();
        let (code, text) = verdict(folder.path(), &result);
        assert!(matches!(code, Some(0 | 1)), "{code:?} for {claim}: {text}");
        refused += u32::from(code == Some(1));
    }
    assert!(refused > 75, "{refused}");
}
