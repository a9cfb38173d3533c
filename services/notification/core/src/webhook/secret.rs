//! The secret that an endpoint and we share, as Standard Webhooks writes it: `whsec_` and base64.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What every secret's text begins with.
pub const PREFIX: &str = "whsec_";
/// The fewest bytes of a secret: 192 bits, as the standard asks.
pub const MIN_BYTES: usize = 24;
/// The most bytes: 512 bits.
pub const MAX_BYTES: usize = 64;

/// Why a text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It does not begin with [`PREFIX`].
    #[error("a secret begins with whsec_")]
    Prefix,
    /// What follows is not base64.
    #[error("what follows whsec_ must be base64")]
    Encoding,
    /// Too short to be safe, or too long to be one.
    #[error("a secret has 24 to 64 bytes")]
    Length,
}

/// A signing secret. Prints as nothing that can be used.
#[derive(Clone)]
pub struct Secret {
    bytes: Vec<u8>,
    mac: Hmac<Sha256>,
}

impl Secret {
    /// Uses these bytes, which nobody can guess.
    ///
    /// # Errors
    /// [`SecretError::Length`] outside 24 to 64 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretError> {
        if !(MIN_BYTES..=MAX_BYTES).contains(&bytes.len()) {
            return Err(SecretError::Length);
        }
        let mac = Hmac::new_from_slice(bytes).map_err(|_| SecretError::Length)?;
        Ok(Self {
            bytes: bytes.to_vec(),
            mac,
        })
    }

    /// Reads `whsec_…`, with or without padding.
    ///
    /// # Errors
    /// [`SecretError`]
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SecretError::Prefix)?;
        let bytes = STANDARD_NO_PAD
            .decode(encoded.trim_end_matches('='))
            .map_err(|_| SecretError::Encoding)?;
        Self::from_bytes(&bytes)
    }

    /// The text that its owner configures: `whsec_…`. Shown once.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.bytes))
    }

    /// The bytes, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// HMAC-SHA256 over the parts, one after the other.
    pub(super) fn authenticate(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(whsec_...)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_secret_is_read_as_it_was_written(bytes in proptest::collection::vec(any::<u8>(), 24..=64)) {
            let secret = Secret::from_bytes(&bytes).unwrap();
            let read = Secret::parse(&secret.reveal()).unwrap();
            prop_assert_eq!(read.as_bytes(), &bytes[..]);
        }
    }

    #[test]
    fn weak_or_broken_secrets_are_refused() {
        for (text, error) in [
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::Prefix),
            ("whsec_", SecretError::Length),
            ("whsec_c2hvcnQ=", SecretError::Length),
            ("whsec_!!!!", SecretError::Encoding),
        ] {
            assert_eq!(Secret::parse(text).unwrap_err(), error, "{text}");
        }
        let long = Secret::from_bytes(&[7; 65]);
        assert_eq!(long.unwrap_err(), SecretError::Length);
    }

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert!(!format!("{secret:?}").contains("MfKQ"));
    }
}
