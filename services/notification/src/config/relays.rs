//! The relays as settings.

use std::path::PathBuf;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;
use winner_platform::config::{Problems, Validate};

use crate::smtp::config::{RelayConfig, Route, StartTls};

/// The relay that stands by. What it does not say is as in `smtp`, but for its login.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandbyConfig {
    /// Its name or address; absent, there is none.
    #[serde(default)]
    pub host: Option<String>,
    /// Its port.
    #[serde(default)]
    pub port: Option<u16>,
    /// Encryption.
    #[serde(default)]
    pub starttls: Option<StartTls>,
    /// A file of PEM certificates to trust instead of the public ones.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The user to authenticate as; absent sends without.
    #[serde(default)]
    pub user: Option<String>,
    /// The user's password. Better a file.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub password: Option<SecretString>,
    /// A file that holds the user's password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// Messages a second by all copies together; nought is no limit.
    #[serde(default)]
    pub messages_per_second: Option<u32>,
}

impl StandbyConfig {
    /// The relay it describes, where `first` is the one it stands by for; `None` where there is none.
    pub fn relay(&self, first: &RelayConfig) -> Option<RelayConfig> {
        let host = self.host.clone().filter(|host| !host.is_empty())?;
        Some(RelayConfig {
            host,
            port: self.port.unwrap_or(first.port),
            starttls: self.starttls.unwrap_or(first.starttls),
            ca_file: self.ca_file.clone().or_else(|| first.ca_file.clone()),
            user: self.user.clone(),
            password: self.password.clone(),
            password_file: self.password_file.clone(),
            messages_per_second: self
                .messages_per_second
                .unwrap_or(first.messages_per_second),
            ..first.clone()
        })
    }
}

impl Validate for RelayConfig {
    fn validate(&self, problems: &mut Problems) {
        if self.connections == 0 || self.connections > crate::directory::CONTACTS {
            problems.refuse("connections", "must be 1 to 200");
        }
        for (key, value) in [
            ("connect_timeout_ms", self.connect_timeout_ms),
            ("greeting_timeout_ms", self.greeting_timeout_ms),
            ("command_timeout_ms", self.command_timeout_ms),
            ("body_timeout_ms", self.body_timeout_ms),
            ("answer_timeout_ms", self.answer_timeout_ms),
        ] {
            if value == 0 {
                problems.refuse(key, "must be at least 1");
            }
        }
        if self.answer_timeout_ms < self.command_timeout_ms {
            problems.refuse(
                "answer_timeout_ms",
                "must not be below command_timeout_ms: giving up early makes unknowns",
            );
        }
        if self.user.is_some() != (self.password.is_some() || self.password_file.is_some()) {
            problems.refuse(
                "user",
                "goes with password or password_file: give both or neither",
            );
        }
        if self.user.is_some() && self.starttls == StartTls::None {
            problems.refuse("starttls", "a password is not sent in plain text");
        }
        if self.starttls == StartTls::None && !is_this_machine(&self.host) {
            problems.warn("starttls", "messages and addresses travel in plain text");
        }
        if self.connections_of_all_copies > 100_000 || self.messages_per_second > 100_000 {
            problems.refuse(
                "messages_per_second",
                "and connections_of_all_copies must be at most 100000; nought is no limit",
            );
        }
        if let Err(error) = Route::new(self) {
            problems.refuse("ca_file", format!("{error}: {}", cause(&error)));
        }
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn cause(error: &dyn std::error::Error) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}
