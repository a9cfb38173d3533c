//! The folder that `winner assign` reads: `instance.json`, a NUL, `edges.csv`. What is read is assigned,
//! and no proof may claim too little.
#![no_main]

use libfuzzer_sys::fuzz_target;
use winner_matching_core::{Rules, assign, certify, format};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (json, csv) = text.split_once('\0').unwrap_or((&text, ""));
    let Ok(instance) = format::read_instance(json, csv) else {
        return;
    };
    // A flipped digit makes millions of papers; those only take time.
    if instance.papers() + instance.judges() > 64 {
        return;
    }
    let rules = Rules::default();
    if let Ok(found) = assign(&instance, &rules) {
        assert!(found.certificate.gap() >= 0);
        let again = certify(&instance, &rules, &found.pairs, &found.duals).expect("its own proof");
        assert_eq!(again.gap(), found.certificate.gap());
    }
});
