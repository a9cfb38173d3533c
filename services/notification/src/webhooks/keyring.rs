//! The keys that seal secrets of endpoints at rest, so that whoever reads the database or a backup of it can
//! sign nothing.

use std::path::Path;

use uuid::Uuid;
use winner_notification_core::sealing::{
    Once, OpenError as NotOpened, Sealed as SealedBytes, SealingKeys, SealingKeysError,
};
use winner_notification_core::webhook::secret::{Secret, SecretError};
use winner_platform::Ids;

use crate::store::webhooks::Sealed;

/// What secrets are bound to begins so.
const PURPOSE: &[u8] = b"winner.webhook.secret\0";

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// It is no list of keys.
    #[error(transparent)]
    Keys(#[from] SealingKeysError),
}

/// Why a secret does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Its key is not in `webhooks.key_file`, or it is not this endpoint's.
    #[error("an endpoint's secret: {0}")]
    Sealed(#[from] NotOpened),
    /// What is stored was not sealed by this program.
    #[error("an endpoint's secret is not as this version stores it")]
    Stored,
    /// What it holds is no secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// The secret could not be sealed.
#[derive(Debug, thiserror::Error)]
#[error("the secret could not be sealed")]
pub struct SealError;

/// The keys.
#[derive(Debug)]
pub struct Keyring(SealingKeys);

impl Keyring {
    /// Reads a file as [`SealingKeys::read`] does.
    ///
    /// # Errors
    /// [`KeyringError`]
    pub fn read(file: &Path) -> Result<Self, KeyringError> {
        Self::parse(&std::fs::read_to_string(file)?)
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    /// [`KeyringError::Keys`]
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        Ok(Self(SealingKeys::read(text)?))
    }

    /// The id of the key that seals, as stored.
    pub fn sealing(&self) -> String {
        self.0.in_use().to_string()
    }

    /// Seals an endpoint's secret.
    ///
    /// # Errors
    /// [`SealError`], which does not happen to secrets.
    pub fn seal(&self, endpoint: Uuid, secret: &Secret, ids: &Ids) -> Result<Sealed, SealError> {
        // Random, as each key seals few secrets: 96 bits do not repeat among them.
        let salt = ids.salt();
        let once = *salt.first_chunk().ok_or(SealError)?;
        let sealed = self.0.seal(&about(endpoint), once, secret.as_bytes());
        let sealed = sealed.map_err(|_| SealError)?;
        Ok(Sealed {
            key_id: sealed.key.to_string(),
            bytes: [&sealed.once[..], &sealed.bytes].concat(),
        })
    }

    /// Opens an endpoint's secret.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn open(&self, endpoint: Uuid, sealed: &Sealed) -> Result<Secret, OpenError> {
        let key = sealed.key_id.parse().map_err(|_| OpenError::Stored)?;
        let (once, bytes) = sealed
            .bytes
            .split_first_chunk::<{ size_of::<Once>() }>()
            .ok_or(OpenError::Stored)?;
        let sealed = SealedBytes {
            key,
            once: *once,
            bytes: bytes.to_vec(),
        };
        let opened = self.0.open(&about(endpoint), sealed)?;
        Ok(Secret::from_bytes(&opened)?)
    }
}

fn about(endpoint: Uuid) -> Vec<u8> {
    [PURPOSE, endpoint.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(lines: &[(u8, &str)]) -> Keyring {
        let lines: Vec<String> = lines
            .iter()
            .map(|(number, pair)| format!("{number} {}", pair.repeat(32)))
            .collect();
        Keyring::parse(&lines.join("\n")).unwrap()
    }

    fn sealed(ring: &Keyring, endpoint: u128) -> Sealed {
        let secret = Secret::from_bytes(&[7; 32]).unwrap();
        ring.seal(Uuid::from_u128(endpoint), &secret, &Ids::seeded(1))
            .unwrap()
    }

    #[test]
    fn a_secret_opens_for_its_endpoint_alone() {
        let keys = ring(&[(1, "a1")]);
        let mut kept = sealed(&keys, 1);
        let open = |endpoint, kept: &Sealed| keys.open(Uuid::from_u128(endpoint), kept);
        assert_eq!(open(1, &kept).unwrap().as_bytes(), [7; 32]);
        let moved = open(2, &kept).unwrap_err();
        assert!(matches!(moved, OpenError::Sealed(NotOpened::NotGenuine)));
        kept.bytes.truncate(5);
        assert!(matches!(open(1, &kept), Err(OpenError::Stored)));
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let before = sealed(&ring(&[(1, "a1")]), 1);
        let both = ring(&[(2, "b2"), (1, "a1")]);
        assert_eq!(both.sealing(), "2");
        assert_eq!(sealed(&both, 1).key_id, "2");
        assert!(both.open(Uuid::from_u128(1), &before).is_ok());
        let gone = ring(&[(2, "b2")]).open(Uuid::from_u128(1), &before);
        let gone = gone.unwrap_err();
        assert!(matches!(gone, OpenError::Sealed(NotOpened::NoKey(1))));
    }
}
