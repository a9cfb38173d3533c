//! How bodies of messages and secrets of endpoints are kept: sealed, so that a copy of the database tells
//! nobody what people were written, and signs nothing.
//!
//! AES-256-GCM (NIST SP 800-38D). What is sealed is bound to what it belongs to: moved to another row it does
//! not open. Keys are numbered, and what is sealed says by which one, so a new key can be taken while what the
//! older one sealed is kept.

mod keys;

use std::fmt;

use ring::aead::{Aad, NONCE_LEN, Nonce};
use uuid::Uuid;

pub use keys::{SealingKeys, SealingKeysError};

/// The number used once that every sealing needs: random, never the same twice under one key. A key is
/// good for 2^32 of them (SP 800-38D, 8.3); a competition sends some millions of messages.
pub type Once = [u8; NONCE_LEN];

/// One attempt at a message: what a body belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// The message.
    pub message_id: Uuid,
    /// Which attempt, from 1.
    pub attempt: u32,
}

impl Offered {
    /// What its body is bound to.
    pub fn bound(self) -> [u8; 20] {
        let mut bytes = [0; 20];
        let (message, attempt) = bytes.split_at_mut(16);
        message.copy_from_slice(self.message_id.as_bytes());
        attempt.copy_from_slice(&self.attempt.to_be_bytes());
        bytes
    }
}

/// Something sealed, as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which key sealed it.
    pub key: u8,
    /// What it was sealed with, beside the key.
    pub once: Once,
    /// It, unreadable, and its tag.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes, key {})", self.bytes.len(), self.key)
    }
}

/// Why something does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Its key is not among ours.
    #[error("sealed by key {0}, which is not in the file of keys")]
    NoKey(u8),
    /// It belongs to something else, or was changed, or the key is not the one it was.
    #[error("does not open: moved, changed, or sealed by another key of that number")]
    NotGenuine,
}

/// It cannot be sealed: longer than the 64 GiB that the cipher takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too long to be sealed")]
pub struct TooLong;

impl SealingKeys {
    /// Seals with the key in use what is bound to `to`. `once` is random, and new each time.
    ///
    /// # Errors
    /// [`TooLong`]
    pub fn seal(&self, to: &[u8], once: Once, plain: &[u8]) -> Result<Sealed, TooLong> {
        let (number, key) = self.current();
        let mut bytes = plain.to_vec();
        let nonce = Nonce::assume_unique_for_key(once);
        key.seal_in_place_append_tag(nonce, Aad::from(to), &mut bytes)
            .map_err(|_| TooLong)?;
        Ok(Sealed {
            key: number,
            once,
            bytes,
        })
    }

    /// Opens what is bound to `to`, with the key that sealed it.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn open(&self, to: &[u8], sealed: Sealed) -> Result<Vec<u8>, OpenError> {
        let key = self
            .numbered(sealed.key)
            .ok_or(OpenError::NoKey(sealed.key))?;
        let nonce = Nonce::assume_unique_for_key(sealed.once);
        let mut bytes = sealed.bytes;
        let length = key
            .open_in_place(nonce, Aad::from(to), &mut bytes)
            .map_err(|_| OpenError::NotGenuine)?
            .len();
        bytes.truncate(length);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests;
