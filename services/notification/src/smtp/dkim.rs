//! The keys that mails are signed with. What is signed says the pure crate; here is the secret.

use std::fmt;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use schemars::JsonSchema;
use secrecy::zeroize::Zeroizing;
use serde::Deserialize;
use winner_notification_core::mail::dkim::{Algorithm, Prepared, Signer};
use winner_platform::RealTime;

/// One key. Every mail is signed with each, so that a new one can be taken while the old one still counts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DkimConfig {
    /// The name under which its public part is in the DNS: `SELECTOR._domainkey.DOMAIN`.
    pub selector: String,
    /// The private key: RSA of at least 2048 bits, or Ed25519; PEM, PKCS #8 or PKCS #1.
    pub key_file: PathBuf,
    /// The domain that signs; absent, that of `mail.from`.
    #[serde(default)]
    pub domain: Option<String>,
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DkimKeyError {
    /// Its file cannot be read.
    #[error("{file} cannot be read")]
    File {
        /// Which.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What is in it is no key that mails can be signed with.
    #[error("{file} holds no private key of RSA (2048 to 4096 bits) or Ed25519 in PEM")]
    NoKey {
        /// Which.
        file: String,
    },
    /// The selector or the domain is no name of the DNS.
    #[error("`{0}` is no name of the DNS")]
    Name(String),
}

/// A mail could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message could not be signed")]
pub struct NotSigned;

enum Secret {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// A key, ready to sign.
pub struct DkimKey {
    selector: String,
    domain: String,
    secret: Secret,
}

impl DkimKey {
    /// Reads the key that the configuration names. `domain` is that of the visible sender.
    ///
    /// # Errors
    /// [`DkimKeyError`]
    pub fn read(config: &DkimConfig, domain: &str) -> Result<Self, DkimKeyError> {
        let domain = config.domain.as_deref().unwrap_or(domain);
        for name in [config.selector.as_str(), domain] {
            if !is_dns_name(name) {
                return Err(DkimKeyError::Name(name.to_owned()));
            }
        }
        let file = config.key_file.display().to_string();
        let read = std::fs::read_to_string(&config.key_file).map(Zeroizing::new);
        let pem = match read {
            Ok(pem) => pem,
            Err(source) => return Err(DkimKeyError::File { file, source }),
        };
        let secret = secret(&pem).ok_or(DkimKeyError::NoKey { file })?;
        Ok(Self {
            selector: config.selector.clone(),
            domain: domain.to_owned(),
            secret,
        })
    }

    /// The header field with this key's signature.
    ///
    /// # Errors
    /// [`NotSigned`] where the system has no randomness to hide the key behind.
    pub fn sign(&self, prepared: &Prepared, now: RealTime) -> Result<String, NotSigned> {
        let signer = Signer {
            domain: &self.domain,
            selector: &self.selector,
            algorithm: match self.secret {
                Secret::Rsa(_) => Algorithm::Rsa,
                Secret::Ed25519(_) => Algorithm::Ed25519,
            },
        };
        let unsigned = prepared.unsigned(signer, now.as_offset().unix_timestamp());
        let signature = match &self.secret {
            Secret::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                let random = SystemRandom::new();
                key.sign(&RSA_PKCS1_SHA256, &random, unsigned.input(), &mut signature)
                    .map_err(|_| NotSigned)?;
                signature
            }
            Secret::Ed25519(key) => key.sign(unsigned.input()).as_ref().to_vec(),
        };
        Ok(unsigned.signed(&signature))
    }
}

impl fmt::Debug for DkimKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DkimKey({}._domainkey.{})", self.selector, self.domain)
    }
}

/// Whichever kind of key it is: the bytes tell.
fn secret(pem: &str) -> Option<Secret> {
    let body: String = pem
        .lines()
        .skip_while(|line| !line.starts_with("-----BEGIN "))
        .skip(1)
        .take_while(|line| !line.starts_with("-----END "))
        .map(str::trim)
        .collect();
    let der = Zeroizing::new(STANDARD.decode(body).ok()?);
    let rsa = RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der));
    rsa.map(|key| Secret::Rsa(Box::new(key)))
        .or_else(|_| {
            Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der)
                .map(|key| Secret::Ed25519(Box::new(key)))
        })
        .ok()
}

fn is_dns_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}
