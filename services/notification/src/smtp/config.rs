//! The relay as configured, and as used.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use winner_platform::config::{SecretError, secret};

/// How a conversation with the relay is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartTls {
    /// Encrypt or do not send.
    #[default]
    Required,
    /// Plain text; only for a relay on the same machine or a network that is encrypted otherwise.
    None,
}

/// The relay that takes our mail.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelayConfig {
    /// Its name or address.
    pub host: String,
    /// Its port; 587 is the usual one.
    pub port: u16,
    /// The name that we greet it with; a host name of ours.
    pub hello_name: String,
    /// Encryption.
    pub starttls: StartTls,
    /// A file of PEM certificates to trust instead of the public ones, for a relay of one's own.
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
    /// How many messages are sent at once, and so how many connections are kept at most.
    pub connections: usize,
    /// Milliseconds to wait for a connection.
    pub connect_timeout_ms: u64,
    /// Milliseconds to wait for the greeting, or for encryption.
    pub greeting_timeout_ms: u64,
    /// Milliseconds to wait for the answer to a command.
    pub command_timeout_ms: u64,
    /// Milliseconds to spend on a message's content.
    pub body_timeout_ms: u64,
    /// Milliseconds to wait for the answer to the final dot (RFC 5321, 4.5.3.2.6: ten minutes).
    pub answer_timeout_ms: u64,
    /// Milliseconds after which an idle connection is not used again.
    pub idle_timeout_ms: u64,
    /// Messages a second by all copies of this service together; nought is no limit.
    #[serde(default)]
    pub messages_per_second: u32,
    /// Connections of all copies together, to each relay; nought is no limit.
    #[serde(default)]
    pub connections_of_all_copies: u32,
}

impl RelayConfig {
    /// The time-outs as durations.
    pub const fn time_outs(&self) -> TimeOuts {
        TimeOuts {
            connect: Duration::from_millis(self.connect_timeout_ms),
            greeting: Duration::from_millis(self.greeting_timeout_ms),
            command: Duration::from_millis(self.command_timeout_ms),
            body: Duration::from_millis(self.body_timeout_ms),
            answer: Duration::from_millis(self.answer_timeout_ms),
        }
    }

    /// The longest that an attempt can last before its final dot.
    pub const fn longest_before_dot(&self) -> Duration {
        Duration::from_millis(
            self.connect_timeout_ms
                + 2 * self.greeting_timeout_ms
                + 4 * self.command_timeout_ms
                + self.body_timeout_ms,
        )
    }
}

/// How long each step of a conversation may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOuts {
    /// Connecting, and saying goodbye.
    pub connect: Duration,
    /// The greeting; encryption.
    pub greeting: Duration,
    /// One command.
    pub command: Duration,
    /// The content.
    pub body: Duration,
    /// The answer to the final dot.
    pub answer: Duration,
}

/// Why a relay cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    /// A file cannot be read.
    #[error("{file} cannot be read")]
    File {
        /// Which.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The password cannot be had.
    #[error("the relay's password")]
    Password(#[from] SecretError),
    /// Certificates or the relay's name are not usable.
    #[error("the relay's encryption cannot be set up")]
    Encryption(#[source] lettre::transport::smtp::Error),
}

/// Encryption, ready to be used.
#[derive(Clone)]
pub(super) enum Encryption {
    StartTls(TlsParameters),
    None,
}

/// A relay, ready to be used.
#[derive(Clone)]
pub struct Route {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) hello_name: String,
    pub(super) encryption: Encryption,
    user: Option<String>,
    password: Option<SecretString>,
}

impl Route {
    /// Reads the files that the configuration names.
    ///
    /// # Errors
    /// [`RouteError`] for a file or a certificate that cannot be used.
    pub fn new(config: &RelayConfig) -> Result<Self, RouteError> {
        let encryption = match config.starttls {
            StartTls::None => Encryption::None,
            StartTls::Required => Encryption::StartTls(tls(config)?),
        };
        let password = match &config.user {
            Some(_) => Some(secret(
                config.password.as_ref(),
                config.password_file.as_deref(),
            )?),
            None => None,
        };
        Ok(Self {
            host: config.host.clone(),
            port: config.port,
            hello_name: config.hello_name.clone(),
            encryption,
            user: config.user.clone(),
            password,
        })
    }

    pub(super) fn credentials(&self) -> Option<(String, String)> {
        let password = self.password.as_ref()?;
        Some((self.user.clone()?, password.expose_secret().to_owned()))
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

fn tls(config: &RelayConfig) -> Result<TlsParameters, RouteError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(file) = &config.ca_file {
        let pem = read(file)?;
        let certificate = Certificate::from_pem(pem.as_bytes()).map_err(RouteError::Encryption)?;
        builder = builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(certificate);
    }
    builder.build().map_err(RouteError::Encryption)
}

fn read(file: &std::path::Path) -> Result<String, RouteError> {
    std::fs::read_to_string(file).map_err(|source| RouteError::File {
        file: file.display().to_string(),
        source,
    })
}
