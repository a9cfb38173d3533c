//! What every mail carries, and where mails come back to, as settings.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use winner_notification_core::addresses::{AddressKey, KeyTooShort};
use winner_notification_core::mail::keys::{KeysError, TokenKeys};
use winner_platform::config::{Problems, SecretError, Validate, secret};

use super::Config;
use crate::domain::ways_back::WaysBack;
use crate::smtp::Sender;
use crate::smtp::dkim::{DkimConfig, DkimKey, DkimKeyError};
use crate::templates::Links;

/// What every message carries.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// The visible sender: `WiNNER <winner@example.go.id>`.
    pub from: String,
    /// Where answers go.
    pub reply_to: String,
    /// What links begin with; ends in a slash.
    pub links_base: String,
    /// What links to leave by begin with; ends in a slash, and what comes there reaches
    /// `public_http.listen`. Absent, mails carry no such link.
    #[serde(default)]
    pub unsubscribe_base: Option<String>,
    /// The keys of the tokens in return paths and in links to leave by, one a line: `NUMBER SECRET`, the
    /// one in use first. Better a file.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub token_keys: Option<SecretString>,
    /// A file that holds them.
    #[serde(default)]
    pub token_keys_file: Option<PathBuf>,
    /// The keys that sign mails.
    #[serde(default)]
    pub dkim: Vec<DkimConfig>,
}

/// Where messages come back to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BouncesConfig {
    /// The domain of return paths; its mail is brought to `listen`. Absent, mails return to `mail.from`.
    #[serde(default)]
    pub domain: Option<String>,
    /// Where what came back is taken, by LMTP. Absent, nothing is.
    #[serde(default)]
    pub listen: Option<SocketAddr>,
    /// The name before the `@` to which providers send complaints; absent, none.
    #[serde(default)]
    pub complaints: Option<String>,
    /// The largest message that is taken, in bytes.
    pub largest_bytes: usize,
    /// Connections at once.
    pub connections: usize,
    /// Milliseconds of silence after which a connection is closed.
    pub idle_timeout_ms: u64,
}

/// How addresses are known again that nothing is sent to.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressesConfig {
    /// The key of their hashes, at least 32 bytes, never changed. Better a file.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub hash_key: Option<SecretString>,
    /// A file that holds it.
    #[serde(default)]
    pub hash_key_file: Option<PathBuf>,
}

impl AddressesConfig {
    /// The key; `None` where none is given, and then no address is known again.
    ///
    /// # Errors
    /// [`SecretsError`] for one that cannot be used.
    pub fn key(&self) -> Result<Option<AddressKey>, SecretsError> {
        if self.hash_key.is_none() && self.hash_key_file.is_none() {
            return Ok(None);
        }
        let secret = secret(self.hash_key.as_ref(), self.hash_key_file.as_deref())
            .map_err(SecretsError::AddressKey)?;
        Ok(Some(AddressKey::new(secret.expose_secret().as_bytes())?))
    }
}

/// Why a secret of mail cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The file of token keys cannot be had.
    #[error("mail.token_keys_file: {0}")]
    TokenKeys(#[source] SecretError),
    /// What it holds is no list of keys.
    #[error("mail.token_keys_file {0}")]
    Keys(#[from] KeysError),
    /// The key of hashes cannot be had.
    #[error("addresses.hash_key_file: {0}")]
    AddressKey(#[source] SecretError),
    /// It is too short.
    #[error("addresses.hash_key_file: {0}")]
    AddressKeyShort(#[from] KeyTooShort),
    /// A signing key.
    #[error("mail.dkim: {0}")]
    Dkim(#[from] DkimKeyError),
}

/// What mail needs to keep secret, read.
#[derive(Debug, Clone, Default)]
pub struct MailSecrets {
    /// The keys of tokens.
    pub tokens: Option<Arc<TokenKeys>>,
    /// The key of hashes.
    pub addresses: Option<AddressKey>,
    /// The keys that sign.
    pub signing: Vec<Arc<DkimKey>>,
}

impl MailSecrets {
    /// Reads the files that the settings name.
    ///
    /// # Errors
    /// [`SecretsError`] for one that cannot be used.
    pub fn read(config: &Config) -> Result<Self, SecretsError> {
        let domain = Sender::parse(&config.mail.from, &config.mail.reply_to)
            .map(|sender| sender.domain().to_owned())
            .unwrap_or_default();
        Ok(Self {
            tokens: config.mail.token_keys()?.map(Arc::new),
            addresses: config.addresses.key()?,
            signing: config.mail.signing(&domain)?,
        })
    }

    /// The ways back that mails carry; `None` without keys.
    pub fn ways_back(&self, config: &Config) -> Option<WaysBack> {
        Some(WaysBack {
            keys: Arc::clone(self.tokens.as_ref()?),
            domain: config.bounces.domain.clone(),
            link_base: config.mail.unsubscribe_base.clone(),
        })
    }
}

impl MailConfig {
    fn token_keys(&self) -> Result<Option<TokenKeys>, SecretsError> {
        if self.token_keys.is_none() && self.token_keys_file.is_none() {
            return Ok(None);
        }
        let text = secret(self.token_keys.as_ref(), self.token_keys_file.as_deref())
            .map_err(SecretsError::TokenKeys)?;
        Ok(Some(TokenKeys::read(text.expose_secret())?))
    }

    fn signing(&self, domain: &str) -> Result<Vec<Arc<DkimKey>>, SecretsError> {
        let read = |config| Ok(Arc::new(DkimKey::read(config, domain)?));
        self.dkim.iter().map(read).collect()
    }
}

impl Validate for MailConfig {
    fn validate(&self, problems: &mut Problems) {
        let sender = Sender::parse(&self.from, "a@b.test");
        if sender.is_err() {
            problems.refuse(
                "from",
                "must be an address such as `WiNNER <winner@example.go.id>`",
            );
        }
        if Sender::parse("a@b.test", &self.reply_to).is_err() {
            problems.refuse("reply_to", "must be an address");
        }
        if let Err(error) = Links::new(&self.links_base) {
            problems.refuse("links_base", error.to_string());
        }
        if let Some(base) = &self.unsubscribe_base {
            if let Err(error) = Links::new(base) {
                problems.refuse("unsubscribe_base", error.to_string());
            } else if !base.starts_with("https://") {
                problems.warn(
                    "unsubscribe_base",
                    "is not https: mail programs ignore such links (RFC 8058)",
                );
            }
        }
        if let Err(error) = self.token_keys() {
            problems.refuse("token_keys_file", error.to_string());
        }
        let domain = sender.map(|sender| sender.domain().to_owned());
        for (place, key) in self.dkim.iter().enumerate() {
            let domain = domain.as_deref().unwrap_or("example.test");
            if let Err(error) = DkimKey::read(key, domain) {
                problems.refuse(&format!("dkim.{place}"), error.to_string());
            }
        }
    }
}

impl Validate for BouncesConfig {
    fn validate(&self, problems: &mut Problems) {
        for (key, value) in [
            ("largest_bytes", self.largest_bytes as u64),
            ("connections", self.connections as u64),
            ("idle_timeout_ms", self.idle_timeout_ms),
        ] {
            if value == 0 {
                problems.refuse(key, "must be at least 1");
            }
        }
        if let Some(domain) = &self.domain
            && format!("b@{domain}").parse::<lettre::Address>().is_err()
        {
            problems.refuse("domain", "must be a domain, such as bounces.example.go.id");
        }
        if self.listen.is_some() && self.domain.is_none() {
            problems.refuse(
                "domain",
                "goes with bounces.listen: without it nothing comes back there",
            );
        }
    }
}

impl Validate for AddressesConfig {
    fn validate(&self, problems: &mut Problems) {
        if let Err(error) = self.key() {
            problems.refuse("hash_key_file", error.to_string());
        }
    }
}

/// What goes together across sections.
pub(super) fn ways_back(config: &Config, problems: &mut Problems) {
    let has_keys = config.mail.token_keys.is_some() || config.mail.token_keys_file.is_some();
    let needs_keys = config.bounces.domain.is_some() || config.mail.unsubscribe_base.is_some();
    if needs_keys && !has_keys {
        problems.refuse(
            "mail.token_keys_file",
            "is needed for bounces.domain and mail.unsubscribe_base",
        );
    }
    let has_hashes =
        config.addresses.hash_key.is_some() || config.addresses.hash_key_file.is_some();
    if config.bounces.listen.is_some() && !has_hashes {
        problems.refuse(
            "addresses.hash_key_file",
            "is needed for bounces.listen: what came back is not written to again",
        );
    }
    if config.mail.unsubscribe_base.is_some() && config.public_http.listen.is_none() {
        problems.refuse(
            "public_http.listen",
            "is needed for mail.unsubscribe_base: nothing would answer to the links",
        );
    }
}
