//! What proves an attempt: over which route it went, what was offered, what the next server said.

use std::sync::Arc;

use winner_notification_core::sealing::Sealed;

/// The longest answer that is kept, in characters.
const LONGEST: usize = 200;

/// The proof of one attempt. Nothing in it is personal but the body, and that is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The relay or gateway, by its name in the configuration; `None` where none was chosen.
    pub route: Option<Arc<str>>,
    /// The next server's status code, where one came.
    pub status_code: Option<u16>,
    /// What it said; see [`without_addresses`].
    pub answer: Option<String>,
    /// The provider's own id of the message.
    pub provider_id: Option<String>,
    /// SHA-256 of what was rendered and offered.
    pub content_hash: Option<[u8; 32]>,
    /// What was offered, sealed; where the next server took it, or may have.
    pub body: Option<Sealed>,
}

/// What a server said, fit to be kept: without words that hold an address or a telephone number,
/// without control characters, at most 200 characters.
pub fn without_addresses(said: &str) -> String {
    let mut kept = String::new();
    for word in said.split_whitespace() {
        let word: String = word.chars().filter(|c| !c.is_control()).collect();
        let personal = word.contains('@') || is_number(&word);
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(if personal { "\u{2026}" } else { &word });
    }
    kept.chars().take(LONGEST).collect()
}

/// Nine digits or more in a row, but for signs between them: a telephone number, as far as anybody can
/// tell. Queue ids have letters.
fn is_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    digits >= 9 && !word.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_kept_without_addresses_and_numbers() {
        let said = "550 5.1.1 <ani@contoh.test>: user unknown; +62812-3456-7890 in 4F2b19C0007";
        let kept = without_addresses(said);
        assert_eq!(
            kept,
            "550 5.1.1 \u{2026} user unknown; \u{2026} in 4F2b19C0007"
        );
    }

    #[test]
    fn an_endless_answer_is_cut() {
        assert_eq!(
            without_addresses(&"ya ".repeat(10_000)).chars().count(),
            200
        );
    }
}
