//! The connection to the broker, with the settings that its client leaves to us.

use std::path::PathBuf;
use std::time::Duration;

use async_nats::jetstream;
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use winner_platform::config::{self, Problems, Validate};
use winner_platform::ids::Ids;

/// The section `nats` of a role's configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NatsConfig {
    /// `nats://host:port` or `tls://host:port`; several for a cluster.
    pub servers: Vec<String>,
    /// The service's own user on the broker; its answers arrive below `_INBOX_<user>`.
    #[serde(default)]
    pub user: Option<String>,
    /// Its password. Secret; or give `password_file`.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub password: Option<SecretString>,
    /// A file that holds the password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// A `.creds` file instead of user and password.
    #[serde(default)]
    pub credentials_file: Option<PathBuf>,
    /// The authority that signed the broker's certificate, when it is not a public one.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

impl Validate for NatsConfig {
    fn validate(&self, problems: &mut Problems) {
        if self.servers.is_empty() {
            problems.refuse("servers", "name at least one server");
        }
        for server in &self.servers {
            if server.parse::<async_nats::ServerAddr>().is_err() {
                problems.refuse("servers", format!("{server} is no server address"));
            }
        }
        if self.user.is_some() {
            problems.secret(
                "password",
                self.password.as_ref(),
                self.password_file.as_deref(),
            );
        }
        if self.user.is_some() && self.credentials_file.is_some() {
            problems.refuse("credentials_file", "give either it or user and password");
        }
    }
}

/// Why the broker cannot be connected to.
#[derive(Debug, thiserror::Error)]
pub enum NatsError {
    /// The password cannot be had.
    #[error(transparent)]
    Secret(#[from] config::SecretError),
    /// The `.creds` file cannot be read.
    #[error("the credentials file cannot be read")]
    Credentials(#[source] std::io::Error),
    /// A server's address, or the first connection, is wrong.
    #[error("cannot connect to the broker")]
    Connect(#[from] async_nats::ConnectError),
}

/// How long a request to the broker may take.
const API_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest pause between two tries to reconnect.
const MAX_RECONNECT_DELAY: Duration = Duration::from_secs(4);

/// Connects as `name`. Returns before the broker is there, and reconnects for ever with jitter:
/// services start without it.
///
/// # Errors
/// When a secret cannot be read or an address is wrong.
pub async fn connect(
    cfg: &NatsConfig,
    name: &str,
    ids: Ids,
) -> Result<async_nats::Client, NatsError> {
    let mut options = async_nats::ConnectOptions::new()
        .name(name)
        .retry_on_initial_connect()
        .connection_timeout(Duration::from_secs(5))
        .request_timeout(Some(API_TIMEOUT))
        .ping_interval(Duration::from_secs(10))
        .reconnect_delay_callback(move |attempts| {
            let doubled = Duration::from_millis(
                2_u64.saturating_pow(u32::try_from(attempts).unwrap_or(12).min(12)),
            );
            ids.jittered(doubled.min(MAX_RECONNECT_DELAY))
        })
        .event_callback(|event| async move {
            tracing::info!(%event, "nats.connection");
        });
    if let Some(user) = &cfg.user {
        let password = config::secret(cfg.password.as_ref(), cfg.password_file.as_deref())?;
        // Answers arrive where the broker lets this user alone listen.
        options = options
            .user_and_password(user.clone(), password.expose_secret().to_owned())
            .custom_inbox_prefix(format!("_INBOX_{user}"));
    }
    if let Some(file) = &cfg.credentials_file {
        options = options
            .credentials_file(file)
            .await
            .map_err(NatsError::Credentials)?;
    }
    if let Some(file) = &cfg.ca_file {
        options = options
            .add_root_certificates(file.clone())
            .require_tls(true);
    }
    Ok(options.connect(cfg.servers.as_slice()).await?)
}

/// JetStream on this connection, with our time-outs and a window for the relay.
pub(crate) fn jetstream(client: async_nats::Client, ack_timeout: Duration) -> jetstream::Context {
    jetstream::ContextBuilder::new()
        .timeout(API_TIMEOUT)
        .ack_timeout(ack_timeout)
        .build(client)
}
