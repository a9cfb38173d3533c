//! Flips every byte of a record of a thousand events and counts the flips that the verifier misses.
//!
//! `cargo run --release -p winner-judging-core --example mutation -- RECORD`
#![expect(clippy::unwrap_used, reason = "a measurement may panic")]

use winner_judging_core::verify::verify;

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("name a record, such as `winner rank --bundle` writes");
        return;
    };
    let mut bytes = std::fs::read(path).unwrap();
    let events = verify(&bytes, &[]).unwrap().events;
    let mut missed = 0;
    for at in 0..bytes.len() {
        let kept = bytes[at];
        bytes[at] ^= 1 << (at % 8);
        missed += usize::from(verify(&bytes, &[]).is_ok());
        bytes[at] = kept;
    }
    println!(
        "{events} events, {} bytes flipped one by one, {missed} missed",
        bytes.len()
    );
}
