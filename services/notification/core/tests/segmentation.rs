//! Segmentation against smpplib, which nobody here wrote.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use winner_notification_core::sms::segments::cut;

const TEXTS: usize = 10_000;

/// Texts as people write them, and as nobody does: plain, with brackets, foreign, full of emoji, around
/// the lengths at which a part ends. Without the back quote and the escape character, which smpplib
/// takes for characters of the alphabet and the standard does not.
fn texts() -> impl Strategy<Value = String> {
    let plain = "[ -_a-z~@£$éèàùìòÇØøÅåÄÖÑÜäöñü¡¿ΔΦΓΛΩ\\n\\r]";
    let extended = "[a-z\\[\\]{}^|~€\\\\]";
    let foreign = "[a-zа-яあ-ん–’\u{1f300}-\u{1f64f}]";
    let any = "[^`\u{1b}]";
    let of = |class: &str, lengths: &str| {
        prop::string::string_regex(&format!("(?s){class}{{{lengths}}}")).unwrap()
    };
    prop_oneof![
        4 => of(plain, "0,400"),
        4 => of(extended, "120,330"),
        4 => of(foreign, "30,220"),
        1 => of(any, "0,300"),
        1 => of(plain, "150,165"),
        1 => of(foreign, "64,74"),
    ]
}

#[test]
#[ignore = "needs Python and smpplib"]
fn ten_thousand_texts_are_cut_as_smpplib_cuts_them() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let peers = Command::new("python3")
        .arg(here.join("../../../tests/peers.py"))
        .arg("smpplib")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(peers.status.success(), "smpplib cannot be had");
    let mut oracle = Command::new("python3")
        .arg(here.join("tests/segments.py"))
        .env(
            "PYTHONPATH",
            String::from_utf8(peers.stdout).unwrap().trim(),
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ask = oracle.stdin.take().unwrap();
    let mut answers = BufReader::new(oracle.stdout.take().unwrap()).lines();
    let (texts, mut runner) = (texts(), TestRunner::default());
    let (mut cut_in_two, mut several) = (0, 0);
    for _ in 0..TEXTS {
        let text = texts.new_tree(&mut runner).unwrap().current();
        writeln!(ask, "{}", hex::encode(&text)).unwrap();
        let answer = answers.next().expect("smpplib stopped").unwrap();
        let mut words = answer.split(' ');
        cut_in_two += usize::from(words.next() == Some("cut"));
        let segments = cut(&text).unwrap();
        assert_eq!(words.next(), Some(segments.alphabet.name()), "{text:?}");
        let theirs: Vec<Vec<u8>> = words
            .map(|part| hex::decode(part.trim_matches('-')).unwrap())
            .collect();
        assert_eq!(segments.parts, theirs, "{text:?}");
        several += usize::from(theirs.len() > 1);
    }
    drop(ask);
    assert!(oracle.wait().unwrap().success());
    println!(
        "{several} of {TEXTS} texts in several parts; smpplib cuts a character in two in {cut_in_two}"
    );
    assert!(several > TEXTS / 4 && cut_in_two < several / 2);
}
