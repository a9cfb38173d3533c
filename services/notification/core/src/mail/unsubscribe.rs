//! The token of a link by which one leaves: no login, no cookie, one click (RFC 8058).
//!
//! It names a person, an edition and a purpose, and carries sixteen bytes of an HMAC over them. It does
//! not expire: a link in an old mail must still work. It says nothing that the mail did not say, and
//! whoever has it can do one thing with it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::keys::TokenKeys;

const LABEL: &str = "unsubscribe.v1";
/// 128 bits: these links live for years.
const TAG: usize = 16;
/// No token is longer; none of ours comes near.
const LONGEST: usize = 400;

/// What somebody does not want to get any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Who.
    pub person: Uuid,
    /// Of which edition; empty for messages of none.
    pub edition: String,
    /// Which kind of message, by its template's id.
    pub purpose: String,
}

/// The token for a subscription; `None` where its names are too long for one, which none are.
pub fn token(keys: &TokenKeys, subscription: &Subscription) -> Option<String> {
    let mut bytes = vec![keys.current()];
    bytes.extend_from_slice(subscription.person.as_bytes());
    for name in [&subscription.edition, &subscription.purpose] {
        bytes.push(u8::try_from(name.len()).ok()?);
        bytes.extend_from_slice(name.as_bytes());
    }
    let tag = keys.tag::<TAG>(keys.current(), LABEL, &bytes)?;
    bytes.extend_from_slice(&tag);
    let text = URL_SAFE_NO_PAD.encode(bytes);
    (text.len() <= LONGEST).then_some(text)
}

/// What a token is about; `None` for every token that we did not make.
pub fn read(keys: &TokenKeys, token: &str) -> Option<Subscription> {
    if token.len() > LONGEST {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (body, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
    let (number, rest) = body.split_first()?;
    if !keys.is_tag(*number, LABEL, body, tag) {
        return None;
    }
    let (person, rest) = rest.split_at_checked(16)?;
    let (edition, rest) = name(rest)?;
    let (purpose, rest) = name(rest)?;
    let subscription = Subscription {
        person: Uuid::from_slice(person).ok()?,
        edition,
        purpose,
    };
    rest.is_empty().then_some(subscription)
}

fn name(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first()?;
    let (name, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((String::from_utf8(name.to_vec()).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::keys::sample;
    use super::*;

    fn subscription() -> Subscription {
        Subscription {
            person: Uuid::from_u128(7),
            edition: "contoh-2026".to_owned(),
            purpose: "match_proposed".to_owned(),
        }
    }

    #[test]
    fn a_token_says_who_leaves_what() {
        let token = token(&sample(), &subscription()).unwrap();
        assert_eq!(read(&sample(), &token), Some(subscription()));
        assert!(token.len() < 120, "{}", token.len());
        assert!(
            token
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
    }

    #[test]
    fn the_longest_names_fit() {
        let longest = Subscription {
            edition: "e".repeat(40),
            purpose: "p".repeat(40),
            ..subscription()
        };
        let token = token(&sample(), &longest).unwrap();
        assert_eq!(read(&sample(), &token), Some(longest));
    }

    #[test]
    fn another_key_makes_other_tokens() {
        let other = TokenKeys::read(&format!("1 {}", "x".repeat(32))).unwrap();
        let token = token(&sample(), &subscription()).unwrap();
        assert_eq!(read(&other, &token), None);
    }

    proptest! {
        #[test]
        fn a_token_that_was_altered_is_none(at in 0_usize..60, to in "[A-Za-z0-9_-]") {
            let token = token(&sample(), &subscription()).unwrap();
            let mut forged = token.clone();
            forged.replace_range(at..=at, &to);
            prop_assume!(forged != token);
            prop_assert_eq!(read(&sample(), &forged), None);
        }

        #[test]
        fn nothing_that_strangers_write_is_read(text in any::<String>(), long in "[A-Za-z0-9_-]{0,600}") {
            prop_assert_eq!(read(&sample(), &text), None);
            prop_assert_eq!(read(&sample(), &long), None);
        }
    }
}
