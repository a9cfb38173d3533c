//! Addresses and numbers as keyed hashes: by which we know one again without being able to tell it.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The fewest bytes that the key may have.
pub const MIN_KEY_BYTES: usize = 32;

/// The key of the hashes. It is never changed: under another one no address is known again.
#[derive(Clone)]
pub struct AddressKey(Vec<u8>);

/// The key is too short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key of address hashes needs at least 32 bytes")]
pub struct KeyTooShort;

impl AddressKey {
    /// Uses a secret of at least [`MIN_KEY_BYTES`].
    ///
    /// # Errors
    /// [`KeyTooShort`]
    pub fn new(secret: &[u8]) -> Result<Self, KeyTooShort> {
        if secret.len() < MIN_KEY_BYTES {
            return Err(KeyTooShort);
        }
        Ok(Self(secret.to_vec()))
    }

    /// The HMAC-SHA-256 of an address of a channel, as its code says. The address is in its one
    /// spelling: [`crate::mail::address::normalised`], or a number in E.164.
    pub fn hash(&self, channel: &str, normalised: &str) -> [u8; 32] {
        // Any length is a key of HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return [0; 32];
        };
        for part in ["address.v1", channel, normalised] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_again_under_the_same_key_only() {
        let key = AddressKey::new(&[7; 32]).unwrap();
        let other = AddressKey::new(&[8; 32]).unwrap();
        assert_eq!(
            key.hash("email", "ani@desa.id"),
            key.hash("email", "ani@desa.id")
        );
        assert_ne!(
            key.hash("email", "ani@desa.id"),
            other.hash("email", "ani@desa.id")
        );
        assert_ne!(
            key.hash("email", "ani@desa.id"),
            key.hash("sms", "ani@desa.id")
        );
        assert_eq!(AddressKey::new(b"short").unwrap_err(), KeyTooShort);
    }
}
