//! Files with one thing wrong with them, from a seed.

use rand::RngExt as _;
use rand::rngs::StdRng;

/// Numbers at and beyond what the fields hold, and what is none.
const EXTREMES: [&str; 8] = [
    "-1",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "1e999",
    "null",
];

/// The text cut off, with a bit flipped, a number made extreme, or a piece of it given twice.
pub(crate) fn broken(rng: &mut StdRng, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = rng.random_range(0..bytes.len());
    match rng.random_range(0..4) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << rng.random_range(0..7),
        2 => {
            // The number that begins here or later.
            let begin = (at..bytes.len())
                .find(|&i| bytes[i].is_ascii_digit())
                .unwrap_or(at);
            let digits = bytes[begin..].iter().take_while(|b| b.is_ascii_digit());
            let end = begin + digits.count();
            let extreme = EXTREMES[rng.random_range(0..EXTREMES.len())];
            bytes.splice(begin..end, extreme.bytes());
        }
        _ => {
            let end = rng.random_range(at..bytes.len());
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
