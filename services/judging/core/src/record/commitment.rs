//! Commitments to what must be forgettable.
//!
//! A leaf holds `HMAC-SHA256(key of the person, salt || field || value)`. Whoever holds key, salt and value
//! can open it; when the person asks to be forgotten the key is destroyed, the leaf says nothing any more,
//! and the tree stays as it was. The salt of each leaf keeps scores from 1 to 10 from being guessed one by
//! one by someone who learns the key of one leaf's neighbour.

use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::canonical::Digest;

/// A person's key; random, kept apart from the record, destroyed to erase the person.
#[derive(Clone)]
pub struct SubjectKey([u8; 32]);

impl SubjectKey {
    /// A key of these random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SubjectKey(..)")
    }
}

/// A leaf's salt, random, kept beside the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salt(#[serde(with = "hex::serde")] pub [u8; 16]);

/// A commitment to one value of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Commitment(pub Digest);

impl Commitment {
    /// Commits to `value` of `field`.
    pub fn to(key: &SubjectKey, salt: Salt, field: &str, value: &[u8]) -> Self {
        let tag = hmac::sign(&hmac_key(key), &message(salt, field, value));
        let mut digest = [0; 32];
        digest.copy_from_slice(tag.as_ref());
        Self(Digest(digest))
    }

    /// Whether this commitment is to `value` of `field`, in constant time.
    pub fn opens(&self, key: &SubjectKey, salt: Salt, field: &str, value: &[u8]) -> bool {
        hmac::verify(&hmac_key(key), &message(salt, field, value), &self.0.0).is_ok()
    }
}

fn hmac_key(key: &SubjectKey) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &key.0)
}

/// The field's length goes first, so that no other field and value give the same bytes.
fn message(salt: Salt, field: &str, value: &[u8]) -> Vec<u8> {
    let length = (field.len() as u64).to_be_bytes();
    [salt.0.as_slice(), &length, field.as_bytes(), value].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_key_salt_field_and_value_together_open_a_commitment() {
        let (key, salt) = (SubjectKey::new([1; 32]), Salt([2; 16]));
        let commitment = Commitment::to(&key, salt, "score", b"7250");
        assert!(commitment.opens(&key, salt, "score", b"7250"));
        assert!(!commitment.opens(&SubjectKey::new([3; 32]), salt, "score", b"7250"));
        assert!(!commitment.opens(&key, Salt([3; 16]), "score", b"7250"));
        assert!(!commitment.opens(&key, salt, "scor", b"e7250"));
        assert!(!commitment.opens(&key, salt, "score", b"7000"));
    }
}
