//! The record that `winner verify` reads: nothing verifies but the one that was signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use winner_judging_core::verify::{growth, verify};

const SIGNED: &str = include_str!("../seeds/record/round.json");

fuzz_target!(init: assert!(verify(SIGNED.as_bytes(), &[]).is_ok(), "write the seed anew"), |bytes: &[u8]| {
    if verify(bytes, &[]).is_ok() {
        assert_eq!(bytes, SIGNED.as_bytes(), "another record verifies");
    }
    // As an earlier record it may pass where its checkpoint is untouched; it must only not panic.
    let _outcome = growth(SIGNED.as_bytes(), &String::from_utf8_lossy(bytes), &[]);
});
