//! The keys to seal with.

use std::fmt;

use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};

/// Why a file of keys cannot be used. Never says what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingKeysError {
    /// There is no key in it.
    #[error("holds no key; write `1 ` and 32 random bytes in hexadecimal on its first line")]
    None,
    /// A line is not a number and a key.
    #[error(
        "line {line}: must be a number from 1 to 255, a space and 64 hexadecimal digits (32 random bytes)"
    )]
    Line {
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

/// Numbered keys; the first one seals, all open.
pub struct SealingKeys {
    current: (u8, LessSafeKey),
    older: Vec<(u8, LessSafeKey)>,
}

impl SealingKeys {
    /// Reads one key a line, `NUMBER KEY`, the one in use first. Empty lines and those that begin with
    /// `#` say nothing.
    ///
    /// # Errors
    /// [`SealingKeysError`] for a line that cannot be used.
    pub fn read(text: &str) -> Result<Self, SealingKeysError> {
        let mut keys: Vec<(u8, LessSafeKey)> = Vec::new();
        for (line, said) in (1..).zip(text.lines().map(str::trim)) {
            if said.is_empty() || said.starts_with('#') {
                continue;
            }
            let (number, key) = numbered(said).ok_or(SealingKeysError::Line { line })?;
            if keys.iter().any(|(other, _)| *other == number) {
                return Err(SealingKeysError::Twice { line });
            }
            keys.push((number, key));
        }
        let mut keys = keys.into_iter();
        let current = keys.next().ok_or(SealingKeysError::None)?;
        Ok(Self {
            current,
            older: keys.collect(),
        })
    }

    /// The number of the key that seals.
    pub const fn in_use(&self) -> u8 {
        self.current.0
    }

    /// The key that seals, and its number.
    pub(super) const fn current(&self) -> (u8, &LessSafeKey) {
        (self.current.0, &self.current.1)
    }

    /// The key of this number.
    pub(super) fn numbered(&self, number: u8) -> Option<&LessSafeKey> {
        std::iter::once(&self.current)
            .chain(&self.older)
            .find_map(|(other, key)| (*other == number).then_some(key))
    }
}

/// The number and the key of one line.
fn numbered(line: &str) -> Option<(u8, LessSafeKey)> {
    let (number, digits) = line.split_once(char::is_whitespace)?;
    let number = number.parse::<u8>().ok().filter(|number| *number > 0)?;
    let bytes = hex::decode(digits.trim()).ok()?;
    let key = UnboundKey::new(&AES_256_GCM, &bytes).ok()?;
    Some((number, LessSafeKey::new(key)))
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKeys([redacted], {} older)", self.older.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_is_wrong_with_it_and_never_what_it_holds() {
        let good = "ab".repeat(32);
        for (text, error) in [
            (String::new(), SealingKeysError::None),
            (format!("# 1 {good}"), SealingKeysError::None),
            (good.clone(), SealingKeysError::Line { line: 1 }),
            (format!("0 {good}"), SealingKeysError::Line { line: 1 }),
            (format!("256 {good}"), SealingKeysError::Line { line: 1 }),
            (format!("1 {good}00"), SealingKeysError::Line { line: 1 }),
            (
                format!("1 {}", "xy".repeat(32)),
                SealingKeysError::Line { line: 1 },
            ),
            (
                format!("1 {good}\n\n2 abab"),
                SealingKeysError::Line { line: 3 },
            ),
            (
                format!("1 {good}\n1 {good}"),
                SealingKeysError::Twice { line: 2 },
            ),
        ] {
            let said = SealingKeys::read(&text).unwrap_err();
            assert_eq!(said, error, "{text}");
            assert!(!said.to_string().contains("abab"));
        }
        let keys = SealingKeys::read(&format!("# since March\n1 {good}\n")).unwrap();
        assert!(!format!("{keys:?}").contains("ab"));
    }
}
