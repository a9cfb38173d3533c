//! The keys that seal secrets of endpoints at rest: AES-256-GCM, so that whoever reads the database or a backup
//! of it can sign nothing.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use uuid::Uuid;
use winner_notification_core::webhook::secret::{Secret, SecretError};
use winner_platform::Ids;

use crate::store::webhooks::Sealed;

/// What else is authenticated begins so: a sealed secret moved to another endpoint does not open.
const PURPOSE: &[u8] = b"winner.webhook.secret\0";

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// A line is no key.
    #[error("line {0} must be an id of letters, digits, - and _, a blank, and 32 bytes in base64")]
    Line(usize),
    /// Two keys have the same id.
    #[error("{0} is there twice")]
    Twice(String),
    /// There is no key.
    #[error("holds no key")]
    Empty,
}

/// Why a secret does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The key that sealed it is not in the file.
    #[error("the key {0} is not in webhooks.key_file")]
    NoKey(String),
    /// It was altered, belongs to another endpoint, or another key has this id.
    #[error("it was not sealed by the key {0} of webhooks.key_file for this endpoint")]
    Altered(String),
    /// What it holds is no secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// The secret could not be sealed.
#[derive(Debug, thiserror::Error)]
#[error("the secret could not be sealed")]
pub struct SealError;

/// The keys. Prints as their ids.
pub struct Keyring {
    /// The first seals.
    keys: Vec<(String, LessSafeKey)>,
}

impl Keyring {
    /// Reads a file: one key a line, an id and 32 bytes in base64; the first seals.
    ///
    /// # Errors
    /// [`KeyringError`]
    pub fn read(file: &Path) -> Result<Self, KeyringError> {
        Self::parse(&std::fs::read_to_string(file)?)
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    /// [`KeyringError`]
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let mut keys: Vec<(String, LessSafeKey)> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (id, key) = key(line).ok_or(KeyringError::Line(at + 1))?;
            if keys.iter().any(|(known, _)| *known == id) {
                return Err(KeyringError::Twice(id));
            }
            keys.push((id, key));
        }
        if keys.is_empty() {
            return Err(KeyringError::Empty);
        }
        Ok(Self { keys })
    }

    /// The id of the key that seals.
    pub fn sealing(&self) -> &str {
        self.keys.first().map_or("", |(id, _)| id)
    }

    /// Seals an endpoint's secret.
    ///
    /// # Errors
    /// [`SealError`], which does not happen to secrets.
    pub fn seal(&self, endpoint: Uuid, secret: &Secret, ids: &Ids) -> Result<Sealed, SealError> {
        let (id, key) = self.keys.first().ok_or(SealError)?;
        // Random, as each key seals few secrets: 96 bits do not repeat among them.
        let salt = ids.salt();
        let nonce = Nonce::try_assume_unique_for_key(&salt[..NONCE_LEN]).map_err(|_| SealError)?;
        let mut bytes = secret.as_bytes().to_vec();
        key.seal_in_place_append_tag(nonce, about(endpoint), &mut bytes)
            .map_err(|_| SealError)?;
        bytes.splice(0..0, salt[..NONCE_LEN].iter().copied());
        Ok(Sealed {
            key_id: id.clone(),
            bytes,
        })
    }

    /// Opens an endpoint's secret.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn open(&self, endpoint: Uuid, sealed: &Sealed) -> Result<Secret, OpenError> {
        let (id, key) = self
            .keys
            .iter()
            .find(|(id, _)| *id == sealed.key_id)
            .ok_or_else(|| OpenError::NoKey(sealed.key_id.clone()))?;
        let altered = || OpenError::Altered(id.clone());
        let (nonce, bytes) = sealed
            .bytes
            .split_at_checked(NONCE_LEN)
            .ok_or_else(altered)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| altered())?;
        let mut bytes = bytes.to_vec();
        let opened = key
            .open_in_place(nonce, about(endpoint), &mut bytes)
            .map_err(|_| altered())?;
        Ok(Secret::from_bytes(opened)?)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|(id, _)| id))
            .finish()
    }
}

fn key(line: &str) -> Option<(String, LessSafeKey)> {
    let (id, key) = line.split_once(char::is_whitespace)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let bytes = STANDARD.decode(key.trim()).ok()?;
    let key = UnboundKey::new(&AES_256_GCM, &bytes).ok()?;
    id.bytes()
        .all(plain)
        .then(|| (id.to_owned(), LessSafeKey::new(key)))
}

fn about(endpoint: Uuid) -> Aad<Vec<u8>> {
    Aad::from([PURPOSE, endpoint.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "k1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
    const TWO: &str = "k2 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n";

    fn ring(text: &str) -> Keyring {
        Keyring::parse(text).unwrap()
    }

    fn sealed(ring: &Keyring, endpoint: u128) -> Sealed {
        let secret = Secret::from_bytes(&[7; 32]).unwrap();
        ring.seal(Uuid::from_u128(endpoint), &secret, &Ids::seeded(1))
            .unwrap()
    }

    #[test]
    fn a_secret_opens_for_its_endpoint_alone() {
        let keys = ring(ONE);
        let mut kept = sealed(&keys, 1);
        let open = |endpoint, kept: &Sealed| keys.open(Uuid::from_u128(endpoint), kept);
        assert_eq!(open(1, &kept).unwrap().as_bytes(), [7; 32]);
        assert!(matches!(open(2, &kept), Err(OpenError::Altered(_))));
        assert!(!kept.bytes.windows(4).any(|part| part == [7; 4]));
        kept.bytes[20] ^= 1;
        assert!(matches!(open(1, &kept), Err(OpenError::Altered(_))));
        kept.bytes.truncate(5);
        assert!(matches!(open(1, &kept), Err(OpenError::Altered(_))));
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let before = sealed(&ring(ONE), 1);
        let both = ring(&format!("# newest first\n{TWO}{ONE}\n"));
        assert_eq!(sealed(&both, 1).key_id, "k2");
        assert!(both.open(Uuid::from_u128(1), &before).is_ok());
        let gone = ring(TWO).open(Uuid::from_u128(1), &before).unwrap_err();
        assert_eq!(gone.to_string(), "the key k1 is not in webhooks.key_file");
    }

    #[test]
    fn a_file_that_holds_no_keys_is_refused() {
        for text in [
            "",
            "# nothing\n",
            "k1\n",
            "k1 c2hvcnQ=\n",
            "k/1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ] {
            assert!(Keyring::parse(text).is_err(), "{text:?}");
        }
        let twice = Keyring::parse(&format!("{ONE}{ONE}")).unwrap_err();
        assert_eq!(twice.to_string(), "k1 is there twice");
    }

    #[test]
    fn keys_print_as_their_ids() {
        assert_eq!(format!("{:?}", ring(ONE)), r#"["k1"]"#);
    }
}
