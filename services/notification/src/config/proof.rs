//! What is kept to prove what people were written, as settings.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use winner_notification_core::sealing::{SealingKeys, SealingKeysError};
use winner_platform::config::{Problems, SecretError, Validate, secret};

/// The longest that bodies may be kept, in days: ten years.
const LONGEST_DAYS: u32 = 3_653;
const DAY: Duration = Duration::from_hours(24);

/// What is kept to prove what people were written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofConfig {
    /// How many days bodies are kept, sealed; 0 keeps none, and deletes what is there.
    pub keep_days: u32,
    /// The keys they are sealed with, one a line: `NUMBER KEY`, the key 64 hexadecimal digits, the one in
    /// use first. Better a file.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub keys: Option<SecretString>,
    /// A file that holds them; without keys no body is kept.
    #[serde(default)]
    pub keys_file: Option<PathBuf>,
}

/// Why the keys of bodies cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProofKeysError {
    /// They cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// They are no list of keys.
    #[error(transparent)]
    Keys(#[from] SealingKeysError),
}

impl ProofConfig {
    /// How long bodies are kept.
    pub fn keep(&self) -> Duration {
        DAY * self.keep_days
    }

    /// The keys; `None` where no body is to be kept.
    ///
    /// # Errors
    /// [`ProofKeysError`] for keys that cannot be used.
    pub fn keys(&self) -> Result<Option<SealingKeys>, ProofKeysError> {
        if self.keep_days == 0 || self.has_no_keys() {
            return Ok(None);
        }
        let text = secret(self.keys.as_ref(), self.keys_file.as_deref())?;
        Ok(Some(SealingKeys::read(text.expose_secret())?))
    }

    const fn has_no_keys(&self) -> bool {
        self.keys.is_none() && self.keys_file.is_none()
    }
}

impl Validate for ProofConfig {
    fn validate(&self, problems: &mut Problems) {
        if self.keep_days > LONGEST_DAYS {
            problems.refuse("keep_days", "must be at most 3653, ten years");
        }
        if let Err(error) = self.keys() {
            problems.refuse("keys_file", error.to_string());
        }
    }
}
