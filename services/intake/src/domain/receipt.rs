//! The proof that a submission was accepted: a number to quote, a hash, a time in three zones.

use std::fmt;

use winner_platform::BusinessTime;

use super::ids::{EditionId, SubmissionId};
use super::submission::content::ContentHash;

/// A number to quote on the phone, such as `CONTOH-0001-7Q`: the edition, a count, two letters that
/// betray a slip of the pen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReceiptNumber(String);

/// Letters and digits that nobody mistakes for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// A prime below 32 squared: any single wrong character, and any two swapped neighbours, change
/// the remainder.
const MODULUS: u64 = 1_021;

impl ReceiptNumber {
    /// The number of the receipt with this count.
    pub fn new(edition: &EditionId, count: u64) -> Self {
        let first = edition.as_str().split('-').next().unwrap_or_default();
        let body = format!("{}-{count:04}", first.to_uppercase());
        let check = check_letters(&body);
        Self(format!("{body}-{check}"))
    }

    /// Takes a number read from the database.
    pub const fn from_stored(number: String) -> Self {
        Self(number)
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last two letters fit the rest: it was not mistyped.
    pub fn is_sound(text: &str) -> bool {
        text.rsplit_once('-')
            .is_some_and(|(body, check)| check_letters(body) == check)
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_letters(body: &str) -> String {
    let remainder = body
        .bytes()
        .fold(0, |sum, byte| (sum * 37 + u64::from(byte)) % MODULUS);
    let letter = |value: u64| {
        let at = usize::try_from(value % 32).unwrap_or_default();
        ALPHABET.get(at).copied().map_or('0', char::from)
    };
    [letter(remainder / 32), letter(remainder)]
        .into_iter()
        .collect()
}

/// The proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The number to quote.
    pub number: ReceiptNumber,
    /// The edition.
    pub edition: EditionId,
    /// The submission.
    pub submission: SubmissionId,
    /// The version sealed.
    pub version: i32,
    /// The salted hash of what was sealed.
    pub content_hash: ContentHash,
    /// When the request had arrived whole, in milliseconds.
    pub arrived: BusinessTime,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_names_its_edition_and_counts() {
        let edition = EditionId::parse("contoh-enam-provinsi").unwrap();
        let number = ReceiptNumber::new(&edition, 1);
        assert!(number.as_str().starts_with("CONTOH-0001-"), "{number}");
        assert!(ReceiptNumber::is_sound(number.as_str()));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_noticed(count in 0_u64..100_000, at in 0_usize..4, digit in b'0'..=b'9') {
            let edition = EditionId::parse("contoh").unwrap();
            let number = ReceiptNumber::new(&edition, count);
            let mut bytes = number.as_str().as_bytes().to_vec();
            bytes[7 + at] = digit;
            let typed = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(ReceiptNumber::is_sound(&typed), typed == number.as_str());
        }
    }
}
