//! `winner workload`, run as an organiser runs it.

use std::process::Output;

use crate::{json, winner};

fn workload(arguments: &[&str]) -> Output {
    winner(&[&["workload"], arguments].concat())
}

const NATIONAL: [&str; 8] = [
    "--entries",
    "466",
    "--reviews",
    "3",
    "--minutes",
    "20",
    "--hours",
    "16",
];

#[test]
fn thirty_judges_suffice_and_twenty_nine_do_not() {
    let with = |judges: &str| {
        let arguments = [&NATIONAL[..], &["--judges", judges, "--format", "json"]].concat();
        workload(&arguments)
    };
    let enough = with("30");
    assert!(enough.status.success());
    assert_eq!(json(&enough)["workload"]["hours_needed"], 466.0);
    let short = with("29");
    assert_eq!(short.status.code(), Some(1));
    assert_eq!(json(&short)["ready"], false);
    assert_eq!(json(&short)["workload"]["judges_needed"], 30);
}

#[test]
fn the_sentences_are_indonesian_first() {
    let output = workload(&[&NATIONAL[..], &["--judges", "30"]].concat());
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}

#[test]
fn a_panel_of_two_parts_is_not_ready_until_a_judge_links_them() {
    let folder = tempfile::tempdir().unwrap();
    let panel = folder.path().join("panel.csv");
    let path = panel.to_str().unwrap();
    let arguments = [
        "--panel",
        path,
        "--minutes",
        "30",
        "--hours",
        "2",
        "--format",
        "json",
    ];
    std::fs::write(&panel, "entri,juri\nA,J1\nA,J2\nB,J3\nB,J4\n").unwrap();
    let apart = workload(&arguments);
    assert_eq!(apart.status.code(), Some(1));
    assert_eq!(
        json(&apart)["panel"]["components"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    std::fs::write(&panel, "entri,juri\nA,J1\nA,J2\nB,J2\nB,J4\n").unwrap();
    let linked = workload(&arguments);
    assert!(linked.status.success(), "{:?}", json(&linked));
    assert_eq!(json(&linked)["panel"]["linking_judges"][0], "J2");
}
