//! The Ed25519 keys of services: private ones in PEM files, public ones in one JSON file that all
//! services read.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bytes of an Ed25519 public key.
const PUBLIC_KEY_BYTES: usize = 32;

/// Why a key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("the key file {path} cannot be read")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The PEM is no Ed25519 private key in PKCS#8.
    #[error("the private key is no Ed25519 key in PKCS#8 PEM")]
    Private,
    /// The JSON is none.
    #[error("the file of trusted keys is malformed")]
    Json(#[from] serde_json::Error),
    /// A public key that is none.
    #[error("the trusted key {0:?} is no Ed25519 public key")]
    Public(String),
    /// Two keys of one name.
    #[error("the trusted key {0:?} is there twice")]
    Twice(String),
    /// The operating system gives no randomness.
    #[error("no key could be made")]
    Random,
}

/// A service's private key.
#[derive(Clone)]
pub struct ServiceKey {
    pub(super) encoding: EncodingKey,
    pem: SecretString,
    public: [u8; PUBLIC_KEY_BYTES],
    kid: String,
}

impl ServiceKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let document =
            Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::Random)?;
        let body = STANDARD.encode(document.as_ref());
        let lines: Vec<_> = body
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            lines.join("\n")
        );
        Self::from_pem(&pem)
    }

    /// Reads a key from PEM.
    ///
    /// # Errors
    /// [`KeyError::Private`] when it is no Ed25519 key in PKCS#8.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let encoding = EncodingKey::from_ed_pem(pem.as_bytes()).map_err(|_| KeyError::Private)?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(encoding.as_bytes())
            .map_err(|_| KeyError::Private)?;
        let public = <[u8; PUBLIC_KEY_BYTES]>::try_from(pair.public_key().as_ref())
            .map_err(|_| KeyError::Private)?;
        let kid = hex::encode(&Sha256::digest(public)[..8]);
        Ok(Self {
            encoding,
            pem: SecretString::from(pem.to_owned()),
            public,
            kid,
        })
    }

    /// Reads a key from a PEM file.
    ///
    /// # Errors
    /// When the file cannot be read or holds no such key.
    pub fn from_pem_file(path: &Path) -> Result<Self, KeyError> {
        let pem = std::fs::read_to_string(path).map_err(|source| KeyError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::from_pem(&pem)
    }

    /// The key as PEM, to be written to a file only its service can read.
    pub fn to_pem(&self) -> &str {
        self.pem.expose_secret()
    }

    /// The key's name in token headers: the start of its public half's hash.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half, for the file of trusted keys. `persons`: whether this service may say who
    /// a person is.
    pub fn public(&self, service: impl Into<String>, persons: bool) -> PublicKey {
        PublicKey {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            kid: self.kid.clone(),
            x: URL_SAFE_NO_PAD.encode(self.public),
            service: service.into(),
            persons,
        }
    }
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// A public key as it stands in the file of trusted keys: a JWK with whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKey {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// The key's name in token headers.
    pub kid: String,
    /// The key, base64url.
    pub x: String,
    /// The service that signs with it.
    pub service: String,
    /// Whether that service may issue tokens for persons.
    #[serde(default)]
    pub persons: bool,
}

/// The file: `{"keys": [...]}`. A service may have several while its key is exchanged.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    keys: Vec<PublicKey>,
}

/// The public keys a process trusts, by name.
#[derive(Clone, Default)]
pub struct TrustedKeys {
    by_kid: HashMap<String, Trusted>,
}

/// One trusted key.
#[derive(Clone)]
pub(super) struct Trusted {
    pub(super) service: String,
    pub(super) persons: bool,
    pub(super) key: DecodingKey,
}

impl TrustedKeys {
    /// Trusts these keys.
    ///
    /// # Errors
    /// When a key is none, or a name is there twice.
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Result<Self, KeyError> {
        let mut by_kid = HashMap::new();
        for key in keys {
            let bytes = URL_SAFE_NO_PAD.decode(&key.x).unwrap_or_default();
            if bytes.len() != PUBLIC_KEY_BYTES || key.kty != "OKP" || key.crv != "Ed25519" {
                return Err(KeyError::Public(key.kid));
            }
            let trusted = Trusted {
                service: key.service,
                persons: key.persons,
                key: DecodingKey::from_ed_der(&bytes),
            };
            if by_kid.insert(key.kid.clone(), trusted).is_some() {
                return Err(KeyError::Twice(key.kid));
            }
        }
        Ok(Self { by_kid })
    }

    /// Reads `{"keys": [...]}`.
    ///
    /// # Errors
    /// When it is malformed or a key is none.
    pub fn from_json(json: &str) -> Result<Self, KeyError> {
        Self::new(serde_json::from_str::<KeyFile>(json)?.keys)
    }

    /// Reads a file of trusted keys.
    ///
    /// # Errors
    /// When it cannot be read, is malformed, or a key is none.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let json = std::fs::read_to_string(path).map_err(|source| KeyError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::from_json(&json)
    }

    /// The text of a file that holds these keys.
    ///
    /// # Errors
    /// When a key cannot be written as JSON.
    pub fn to_json(keys: Vec<PublicKey>) -> Result<String, KeyError> {
        Ok(serde_json::to_string_pretty(&KeyFile { keys })?)
    }

    pub(super) fn get(&self, kid: &str) -> Option<&Trusted> {
        self.by_kid.get(kid)
    }
}

impl fmt::Debug for TrustedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for (kid, trusted) in &self.by_kid {
            list.entry(&format_args!("{kid} of {}", trusted.service));
        }
        list.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.pem");
        let key = ServiceKey::generate().unwrap();
        std::fs::write(&file, key.to_pem()).unwrap();
        let read = ServiceKey::from_pem_file(&file).unwrap();
        assert_eq!(read.kid(), key.kid());
        assert_eq!(read.public("alpha", true), key.public("alpha", true));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(matches!(
            ServiceKey::from_pem("no key"),
            Err(KeyError::Private)
        ));
        let missing = ServiceKey::from_pem_file(Path::new("/nonexistent"));
        assert!(matches!(missing, Err(KeyError::File { .. })));
        let mut public = ServiceKey::generate().unwrap().public("alpha", false);
        public.x = "c2hvcnQ".to_owned();
        assert!(matches!(
            TrustedKeys::new([public]),
            Err(KeyError::Public(_))
        ));
        assert!(matches!(
            TrustedKeys::from_json("[]"),
            Err(KeyError::Json(_))
        ));
    }

    #[test]
    fn one_name_means_one_key() {
        let public = ServiceKey::generate().unwrap().public("alpha", false);
        let twice = TrustedKeys::new([public.clone(), public]);
        assert!(matches!(twice, Err(KeyError::Twice(_))));
    }

    #[test]
    fn a_private_key_does_not_print() {
        let key = ServiceKey::generate().unwrap();
        let printed = format!("{key:?}");
        assert!(
            printed.contains(key.kid()) && !printed.contains("PRIVATE"),
            "{printed}"
        );
    }
}
