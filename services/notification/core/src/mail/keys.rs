//! The keys that tokens in addresses and links are made with.
//!
//! They are numbered, and a token says which one made it. So a new key can be taken while mails that
//! carry tokens of older ones are still in people's boxes.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The fewest bytes that a key may have.
pub const MIN_KEY_BYTES: usize = 32;

/// Why a file of keys cannot be used. Never says what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// There is no key in it.
    #[error("holds no key; write `1 ` and 32 random bytes in hexadecimal on its first line")]
    None,
    /// A line is not a number and a secret.
    #[error("line {line}: must be a number from 1 to 255, a space and a secret")]
    Line {
        /// Which, from 1.
        line: usize,
    },
    /// A secret is too short to keep anything.
    #[error("line {line}: the secret is shorter than 32 bytes")]
    Short {
        /// Which, from 1.
        line: usize,
    },
    /// A number stands for two keys.
    #[error("line {line}: this number stands for another key already")]
    Twice {
        /// Which, from 1.
        line: usize,
    },
}

struct Key {
    number: u8,
    secret: Vec<u8>,
}

/// Numbered keys; the first one makes tokens, all are believed.
pub struct TokenKeys {
    current: Key,
    older: Vec<Key>,
}

impl TokenKeys {
    /// Reads one key a line, `NUMBER SECRET`, the one in use first. Empty lines and those that begin
    /// with `#` say nothing.
    ///
    /// # Errors
    /// [`KeysError`] for a line that cannot be used.
    pub fn read(text: &str) -> Result<Self, KeysError> {
        let mut keys: Vec<Key> = Vec::new();
        for (line, said) in (1..).zip(text.lines().map(str::trim)) {
            if said.is_empty() || said.starts_with('#') {
                continue;
            }
            let (number, secret) = said
                .split_once(char::is_whitespace)
                .ok_or(KeysError::Line { line })?;
            let number = number
                .parse::<u8>()
                .ok()
                .filter(|number| *number > 0)
                .ok_or(KeysError::Line { line })?;
            let secret = secret.trim().as_bytes().to_vec();
            if secret.len() < MIN_KEY_BYTES {
                return Err(KeysError::Short { line });
            }
            if keys.iter().any(|key| key.number == number) {
                return Err(KeysError::Twice { line });
            }
            keys.push(Key { number, secret });
        }
        let mut keys = keys.into_iter();
        let current = keys.next().ok_or(KeysError::None)?;
        Ok(Self {
            current,
            older: keys.collect(),
        })
    }

    /// The number of the key that makes tokens.
    pub(super) const fn current(&self) -> u8 {
        self.current.number
    }

    /// The first `LENGTH` bytes of the tag of `body` under key `number`; `None` for a key that we
    /// do not have. `label` keeps a tag of one kind from being one of another.
    pub(super) fn tag<const LENGTH: usize>(
        &self,
        number: u8,
        label: &str,
        body: &[u8],
    ) -> Option<[u8; LENGTH]> {
        let tag = self.mac(number, label, body)?.finalize().into_bytes();
        tag.get(..LENGTH)?.try_into().ok()
    }

    /// Whether `tag` is that of `body` under key `number`; compared in constant time.
    pub(super) fn is_tag(&self, number: u8, label: &str, body: &[u8], tag: &[u8]) -> bool {
        self.mac(number, label, body)
            .is_some_and(|mac| mac.verify_truncated_left(tag).is_ok())
    }

    fn mac(&self, number: u8, label: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut all = std::iter::once(&self.current).chain(&self.older);
        let key = all.find(|key| key.number == number)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key.secret).ok()?;
        mac.update(label.as_bytes());
        mac.update(&[0]);
        mac.update(body);
        Some(mac)
    }
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKeys([redacted], {} older)", self.older.len())
    }
}

#[cfg(test)]
pub(super) fn sample() -> TokenKeys {
    TokenKeys::read("1 0123456789abcdef0123456789abcdef").unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_is_wrong_with_it_and_never_what_it_holds() {
        let long = "x".repeat(32);
        for (text, error) in [
            (String::new(), KeysError::None),
            ("# 1 aaa".to_owned(), KeysError::None),
            (long.clone(), KeysError::Line { line: 1 }),
            (format!("0 {long}"), KeysError::Line { line: 1 }),
            (format!("256 {long}"), KeysError::Line { line: 1 }),
            (format!("1 {long}\n\n2 short"), KeysError::Short { line: 3 }),
            (format!("1 {long}\n1 {long}"), KeysError::Twice { line: 2 }),
        ] {
            assert_eq!(TokenKeys::read(&text).unwrap_err(), error, "{text}");
        }
        assert!(!format!("{:?}", sample()).contains("0123"));
    }

    #[test]
    fn the_first_key_makes_tokens() {
        let (new, old) = ("n".repeat(32), "o".repeat(32));
        let keys = TokenKeys::read(&format!("# since March\n2 {new}\n1 {old}\n")).unwrap();
        assert_eq!(keys.current(), 2);
        assert!(keys.tag::<10>(1, "l", b"x").is_some());
        assert!(keys.tag::<10>(3, "l", b"x").is_none());
    }
}
