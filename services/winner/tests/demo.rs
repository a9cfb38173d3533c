//! The demo, played twice at once on servers of its own: the same seed gives the same bytes.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::path::Path;
use std::process::{Child, Command};

const BINARY: &str = env!("CARGO_BIN_EXE_winner");

/// Two demos may not share a realm: each starts its own servers.
fn play(out: &Path) -> Child {
    Command::new(BINARY)
        .args(["demo", "--size", "small", "--out"])
        .arg(out)
        .env_remove("WINNER_STACK_POSTGRES_URL")
        .env_remove("WINNER_STACK_NATS_URL")
        .spawn()
        .unwrap()
}

fn summary(out: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(out.join("summary.json")).unwrap()).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_panel_and_the_same_ranking() {
    let folder = tempfile::tempdir().unwrap();
    let outs = [folder.path().join("one"), folder.path().join("other")];
    for mut demo in outs.each_ref().map(|out| play(out)) {
        assert!(demo.wait().unwrap().success());
    }
    let [one, other] = outs.each_ref().map(|out| summary(out));
    for hash in ["panel_hash", "ranking_hash", "inputs_hash"] {
        assert!(one[hash].is_string(), "{hash}");
        assert_eq!(one[hash], other[hash], "{hash}");
    }
    for file in ["ranking.csv", "truth.json"] {
        let [one, other] = outs
            .each_ref()
            .map(|out| std::fs::read(out.join(file)).unwrap());
        assert!(one == other, "{file} differs");
    }
}
