//! How the bodies of messages are kept: sealed, so that a copy of the database tells nobody what people
//! were written.
//!
//! AES-256-GCM (NIST SP 800-38D). What is sealed is bound to its message and attempt: moved to another row
//! it does not open. Keys are numbered, and a body says which one sealed it, so a new key can be taken
//! while bodies of the older one are kept.

mod keys;

use std::fmt;

use ring::aead::{Aad, NONCE_LEN, Nonce};
use uuid::Uuid;

pub use keys::{BodyKeys, BodyKeysError};

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
    /// What the tag covers beside the body.
    fn bound(self) -> Aad<[u8; 20]> {
        let mut bytes = [0; 20];
        let (message, attempt) = bytes.split_at_mut(16);
        message.copy_from_slice(self.message_id.as_bytes());
        attempt.copy_from_slice(&self.attempt.to_be_bytes());
        Aad::from(bytes)
    }
}

/// A sealed body, as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which key sealed it.
    pub key: u8,
    /// What it was sealed with, beside the key.
    pub once: Once,
    /// The body, unreadable, and its tag.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes, key {})", self.bytes.len(), self.key)
    }
}

/// Why a body does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Its key is not among ours.
    #[error("sealed by key {0}, which is not there")]
    NoKey(u8),
    /// It is another message's or attempt's, or was changed, or the key is not the one it was.
    #[error("does not open: not this attempt's, changed, or sealed by another key of that number")]
    NotGenuine,
}

/// The body cannot be sealed: longer than the 64 GiB that the cipher takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too long to be sealed")]
pub struct TooLong;

impl BodyKeys {
    /// Seals a body with the key in use. `once` is random, and new each time.
    ///
    /// # Errors
    /// [`TooLong`]
    pub fn seal(&self, offered: Offered, once: Once, body: &[u8]) -> Result<Sealed, TooLong> {
        let (number, key) = self.current();
        let mut bytes = body.to_vec();
        let nonce = Nonce::assume_unique_for_key(once);
        key.seal_in_place_append_tag(nonce, offered.bound(), &mut bytes)
            .map_err(|_| TooLong)?;
        Ok(Sealed {
            key: number,
            once,
            bytes,
        })
    }

    /// Opens a sealed body, with the key that sealed it.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn open(&self, offered: Offered, sealed: Sealed) -> Result<Vec<u8>, OpenError> {
        let key = self
            .numbered(sealed.key)
            .ok_or(OpenError::NoKey(sealed.key))?;
        let nonce = Nonce::assume_unique_for_key(sealed.once);
        let mut bytes = sealed.bytes;
        let length = key
            .open_in_place(nonce, offered.bound(), &mut bytes)
            .map_err(|_| OpenError::NotGenuine)?
            .len();
        bytes.truncate(length);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests;
