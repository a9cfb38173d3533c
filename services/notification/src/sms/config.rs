//! `[sms]`: off unless a gateway is named.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;
use winner_notification_core::sms::caps::Caps;
use winner_notification_core::sms::gateway::{DescriptionError, Gateway, Secrets};
use winner_notification_core::sms::hours::Hours;
use winner_notification_core::sms::number::Countries;
use winner_platform::config::{Problems, SecretError, Validate, secret};

use super::client::Limits;
use super::profiles::{self, ProfileError};
use crate::domain::channels::Channels;
use crate::domain::sms_destination::SmsRules;

/// How far the operators are with registering a sender or a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Nobody has asked.
    #[default]
    None,
    /// Asked for.
    Pending,
    /// Registered.
    Registered,
}

/// The settings of SMS.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmsConfig {
    /// The gateway: a shipped description's name, or the name of that in `gateway_file`. Absent: no SMS.
    #[serde(default)]
    pub gateway: Option<String>,
    /// A description of one's own.
    #[serde(default)]
    pub gateway_file: Option<PathBuf>,
    /// Where the gateway is, instead of where its description says.
    #[serde(default)]
    pub url: Option<String>,
    /// The gateway's secrets by name. Better files.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub secrets: BTreeMap<String, SecretString>,
    /// Files that hold them.
    #[serde(default)]
    pub secret_files: BTreeMap<String, PathBuf>,
    /// What the URL of receipts begins with, as the gateway reaches it; ends in a slash.
    #[serde(default)]
    pub receipts_base: Option<String>,
    /// The secret in that URL: 16 letters and digits or more. Better a file.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub receipts_secret: Option<SecretString>,
    /// A file that holds it.
    #[serde(default)]
    pub receipts_secret_file: Option<PathBuf>,
    /// The sender's id: at most 11 letters and digits, or a number.
    pub sender: String,
    /// Whether the operators know the sender.
    pub sender_registration: Registration,
    /// What every text must hold: the name that readers know.
    pub brand: String,
    /// The purposes (templates) that go by SMS, each with the registration of its text.
    #[serde(default)]
    pub purposes: BTreeMap<String, Registration>,
    /// The countries to whose mobile numbers SMS may go, by ISO 3166; the first is home.
    pub countries: Vec<String>,
    /// Where SMS of rehearsals go; absent, they are kept back.
    #[serde(default)]
    pub redirect_to: Option<String>,
    /// What numbers begin with, in E.164, that a test edition may write to.
    #[serde(default)]
    pub test_prefixes: Vec<String>,
    /// SMS that one message may need.
    pub max_segments: usize,
    /// SMS go from this hour on, where the reader lives.
    pub from_hour: u8,
    /// And before this one.
    pub until_hour: u8,
    /// Most messages in any window, by all copies of this service together.
    pub messages_in_a_window: u32,
    /// The window, in milliseconds.
    pub window_ms: u64,
    /// Messages to one number in any 60 minutes.
    pub number_in_an_hour: u32,
    /// Messages to one number in any 24 hours.
    pub number_in_a_day: u32,
    /// What one SMS costs, in rupiah.
    pub rupiah_per_sms: u64,
    /// What all SMS of a day may cost, in rupiah.
    pub rupiah_in_a_day: u64,
    /// Requests at once, and connections kept at most.
    pub connections: usize,
    /// Milliseconds to wait for a connection.
    pub connect_timeout_ms: u64,
    /// Milliseconds for a request and its answer.
    pub answer_timeout_ms: u64,
    /// Milliseconds after which an idle connection is not used again.
    pub idle_timeout_ms: u64,
    /// The largest answer that is read, in bytes.
    pub largest_answer: usize,
}

/// Why SMS cannot be sent as configured.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// There is no description.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The description cannot be used.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// A secret cannot be had.
    #[error("secret `{name}` {source}")]
    Secret {
        /// Which.
        name: String,
        /// Why.
        source: SecretError,
    },
    /// Something does not fit.
    #[error("{0}")]
    Wrong(String),
}

/// Where receipts come in.
#[derive(Clone)]
pub struct ReceiptsRoute {
    /// The gateway's name, which is part of the path.
    pub gateway: String,
    /// The secret, which is the rest of it.
    pub secret: SecretString,
    /// The whole URL as the gateway is given it. Secret, too.
    pub url: SecretString,
}

impl SmsConfig {
    /// The gateway's name; `None` where SMS is off.
    pub fn name(&self) -> Option<&str> {
        self.gateway.as_deref().filter(|name| !name.is_empty())
    }

    /// The gateway, ready to be spoken to; `None` where SMS is off.
    ///
    /// # Errors
    /// [`SmsError`]
    pub fn gateway(&self) -> Result<Option<Gateway>, SmsError> {
        let Some(name) = self.name() else {
            return Ok(None);
        };
        let mut description = profiles::description(name, self.gateway_file.as_deref())?;
        if let Some(url) = &self.url {
            description = description.at(url)?;
        }
        let names = self.secrets.keys().chain(self.secret_files.keys());
        let mut secrets = BTreeMap::new();
        for name in names {
            let file = self.secret_files.get(name).map(PathBuf::as_path);
            let value =
                secret(self.secrets.get(name), file).map_err(|source| SmsError::Secret {
                    name: name.clone(),
                    source,
                })?;
            secrets.insert(name.clone(), value.expose_secret().to_owned());
        }
        let secrets = Secrets::new(secrets).map_err(DescriptionError::from)?;
        Ok(Some(Gateway::new(description, secrets)?))
    }

    /// Where receipts come in; `None` where nobody is told.
    ///
    /// # Errors
    /// [`SmsError`]
    pub fn receipts(&self) -> Result<Option<ReceiptsRoute>, SmsError> {
        let (Some(base), Some(name)) = (&self.receipts_base, self.name()) else {
            return Ok(None);
        };
        let source = |source| SmsError::Secret {
            name: "receipts_secret".to_owned(),
            source,
        };
        let file = self.receipts_secret_file.as_deref();
        let hidden = secret(self.receipts_secret.as_ref(), file).map_err(source)?;
        let text = hidden.expose_secret();
        if text.len() < 16 || !text.chars().all(|c| c.is_ascii_alphanumeric()) {
            let wrong = "receipts_secret must be 16 letters and digits or more";
            return Err(SmsError::Wrong(wrong.to_owned()));
        }
        let url = Url::parse(base)
            .ok()
            .filter(|base| base.path().ends_with('/') && !base.cannot_be_a_base())
            .and_then(|base| base.join(&format!("receipts/{name}/{text}")).ok())
            .ok_or_else(|| {
                SmsError::Wrong("receipts_base must be a URL that ends in a slash".to_owned())
            })?;
        Ok(Some(ReceiptsRoute {
            gateway: name.to_owned(),
            url: SecretString::from(url.to_string()),
            secret: hidden,
        }))
    }

    /// Which numbers SMS may go to.
    ///
    /// # Errors
    /// [`SmsError`]
    pub fn rules(&self) -> Result<SmsRules, SmsError> {
        let countries =
            Countries::new(&self.countries).map_err(|error| SmsError::Wrong(error.to_string()))?;
        let redirect_to = self
            .redirect_to
            .as_ref()
            .map(|ours| countries.mobile(ours))
            .transpose()
            .map_err(|error| SmsError::Wrong(format!("redirect_to: {error}")))?;
        Ok(SmsRules {
            countries,
            redirect_to,
            test_prefixes: self.test_prefixes.clone(),
        })
    }

    /// When SMS may go.
    ///
    /// # Errors
    /// [`SmsError`]
    pub fn hours(&self) -> Result<Hours, SmsError> {
        Hours::new(self.from_hour, self.until_hour)
            .map_err(|error| SmsError::Wrong(error.to_string()))
    }

    /// How many, and for how much.
    pub const fn caps(&self) -> Caps {
        Caps {
            number_in_an_hour: self.number_in_an_hour,
            number_in_a_day: self.number_in_a_day,
            rupiah_in_a_day: self.rupiah_in_a_day,
        }
    }

    /// By which channels notices go.
    pub fn channels(&self) -> Channels {
        let by_sms = self.name().map(|_| self.purposes.keys().cloned().collect());
        Channels {
            by_sms: by_sms.unwrap_or_default(),
        }
    }

    /// How far the registration of what a purpose needs is: its text's, and the sender's.
    pub fn is_registered(&self, purpose: &str) -> bool {
        self.sender_registration == Registration::Registered
            && self.purposes.get(purpose) == Some(&Registration::Registered)
    }

    /// The client's limits.
    pub const fn limits(&self) -> Limits {
        Limits {
            connect: Duration::from_millis(self.connect_timeout_ms),
            answer: Duration::from_millis(self.answer_timeout_ms),
            idle: Duration::from_millis(self.idle_timeout_ms),
            connections: self.connections,
            body: self.largest_answer,
        }
    }
}

impl Validate for SmsConfig {
    fn validate(&self, problems: &mut Problems) {
        if self.name().is_none() {
            return;
        }
        match self.gateway() {
            Err(error) => problems.refuse("gateway", error.to_string()),
            Ok(Some(gateway)) if gateway.needs_receipt_url() && self.receipts_base.is_none() => {
                problems.refuse(
                    "receipts_base",
                    "must be set: the gateway is told where receipts go",
                );
            }
            Ok(_) => {}
        }
        for (key, error) in [
            ("receipts_secret", self.receipts().err()),
            ("countries", self.rules().err()),
            ("from_hour", self.hours().err()),
        ] {
            if let Some(error) = error {
                problems.refuse(key, error.to_string());
            }
        }
        if !is_sender(&self.sender) {
            problems.refuse(
                "sender",
                "must be at most 11 letters, digits, dashes or spaces with a letter among them, or a number of at most 15 digits",
            );
        }
        if self.brand.trim().is_empty() {
            problems.refuse("brand", "must be set: operators block texts without it");
        }
        for (key, value) in [
            ("max_segments", self.max_segments),
            ("connections", self.connections),
            ("largest_answer", self.largest_answer),
        ] {
            if value == 0 {
                problems.refuse(key, "must be at least 1");
            }
        }
        for (key, value) in [
            ("connect_timeout_ms", self.connect_timeout_ms),
            ("answer_timeout_ms", self.answer_timeout_ms),
            ("messages_in_a_window", u64::from(self.messages_in_a_window)),
            ("window_ms", self.window_ms / 100),
        ] {
            if value == 0 {
                problems.refuse(key, "must be at least 1, and a window 100");
            }
        }
        self.warn(problems);
    }
}

impl SmsConfig {
    fn warn(&self, problems: &mut Problems) {
        let unregistered: Vec<&str> = self
            .purposes
            .iter()
            .filter(|(_, registration)| **registration != Registration::Registered)
            .map(|(purpose, _)| purpose.as_str())
            .collect();
        if self.sender_registration != Registration::Registered {
            problems.warn(
                "sender_registration",
                "the sender is not registered: in live editions every SMS is refused",
            );
        } else if !unregistered.is_empty() {
            let names = unregistered.join(", ");
            problems.warn(
                "purposes",
                format!("not registered, and refused in live editions: {names}"),
            );
        }
        if self.max_segments > 1 {
            problems.warn(
                "max_segments",
                "Indonesian networks do not promise to join SMS",
            );
        }
        if self.from_hour < 8 || self.until_hour > 20 {
            problems.warn("from_hour", "Indonesian operators ask for 08 to 20 h");
        }
        let plain = self
            .url
            .as_deref()
            .and_then(|url| url.strip_prefix("http://"));
        if plain
            .is_some_and(|rest| !rest.starts_with("127.0.0.1") && !rest.starts_with("localhost"))
        {
            problems.warn("url", "numbers, texts and secrets travel in plain text");
        }
    }
}

/// 3GPP TS 23.040: at most 11 characters, or a number.
fn is_sender(sender: &str) -> bool {
    let number = sender.strip_prefix('+').unwrap_or(sender);
    if !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) {
        return number.len() <= 15;
    }
    (1..=11).contains(&sender.len())
        && sender.chars().any(|c| c.is_ascii_alphabetic())
        && sender
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == ' ')
        && sender.trim() == sender
}

#[cfg(test)]
mod tests;
