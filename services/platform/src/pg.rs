//! Postgres: one pool per service, bound to the service's own schema, with a time-out for
//! everything that can hang.

mod schema;
mod store;

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sqlx::PgPool;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio_util::sync::CancellationToken;

use crate::config::{self, Problems, Validate};

pub use schema::{SchemaError, ensure_schema, expected_version, schema_version};
pub use store::{StoreError, counted, database_error, is_transient, stored};

/// The migrations of schema `platform`, applied by `winner migrate` before every service's own.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// The section `postgres` of a role's configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PgConfig {
    /// `postgres://role:password@host/database`. Secret; or give `url_file`.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub url: Option<SecretString>,
    /// A file that holds the URL.
    #[serde(default)]
    pub url_file: Option<PathBuf>,
    /// Connections of this process's pool.
    pub max_connections: u32,
    /// Longest wait for a connection, in milliseconds.
    pub acquire_timeout_ms: u64,
    /// Longest statement, in milliseconds.
    pub statement_timeout_ms: u64,
    /// Longest wait for a lock, in milliseconds.
    pub lock_timeout_ms: u64,
    /// Longest pause inside a transaction, in milliseconds.
    pub idle_in_transaction_timeout_ms: u64,
}

impl Validate for PgConfig {
    fn validate(&self, problems: &mut Problems) {
        problems.secret("url", self.url.as_ref(), self.url_file.as_deref());
        if self.max_connections == 0 {
            problems.refuse("max_connections", "must be at least 1");
        }
        for (key, value) in [
            ("acquire_timeout_ms", self.acquire_timeout_ms),
            ("statement_timeout_ms", self.statement_timeout_ms),
            ("lock_timeout_ms", self.lock_timeout_ms),
            (
                "idle_in_transaction_timeout_ms",
                self.idle_in_transaction_timeout_ms,
            ),
        ] {
            if value == 0 {
                problems.refuse(key, "0 would mean no time-out at all");
            }
        }
        if self.lock_timeout_ms >= self.statement_timeout_ms {
            problems.refuse(
                "lock_timeout_ms",
                "must be below statement_timeout_ms, or a waiting statement is never told that it waited for a lock",
            );
        }
    }
}

/// Why there is no pool.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL's secret cannot be had.
    #[error(transparent)]
    Secret(#[from] config::SecretError),
    /// The URL is none, or the database does not let us in.
    #[error("cannot connect to Postgres")]
    Database(#[from] sqlx::Error),
}

/// Opens the pool of one service: `search_path` is its own `schema` alone, every connection
/// carries the time-outs, and the first one is made now.
///
/// # Errors
/// When the URL cannot be read or the database does not let us in.
pub async fn connect(cfg: &PgConfig, schema: &str) -> Result<PgPool, ConnectError> {
    let options = options(cfg, schema)?;
    let pool = PgPoolOptions::new()
        .max_connections(cfg.max_connections)
        .acquire_timeout(Duration::from_millis(cfg.acquire_timeout_ms))
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// The pause between two tries to reach a database that is not there.
const RETRY: Duration = Duration::from_secs(1);

/// [`connect`], tried again while the database is not there (it starts, fails over, is full) or does not
/// let us in (no such role or database yet, another password): a service waits for either and says so, and
/// reads its URL anew each time, so that a corrected secret is enough. Until `stop`.
///
/// # Errors
/// When the URL cannot be read or used, or `stop` comes first.
pub async fn connect_when_there(
    cfg: &PgConfig,
    schema: &str,
    stop: &CancellationToken,
) -> Result<PgPool, ConnectError> {
    loop {
        match connect(cfg, schema).await {
            Err(ConnectError::Database(error)) if is_transient(&error) && !stop.is_cancelled() => {
                tracing::warn!(%error, schema, "postgres.waiting");
            }
            Err(ConnectError::Database(error))
                if error.as_database_error().is_some() && !stop.is_cancelled() =>
            {
                tracing::error!(
                    %error,
                    schema,
                    remedy = "correct the URL's user, password or database, or make the role: winner migrate --create-roles",
                    "postgres.refused"
                );
            }
            connected => return connected,
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(RETRY) => {}
        }
    }
}

/// How a connection of a service is made; for tools that need one outside the pool.
///
/// # Errors
/// When the URL cannot be read.
pub fn options(cfg: &PgConfig, schema: &str) -> Result<PgConnectOptions, ConnectError> {
    let url = config::secret(cfg.url.as_ref(), cfg.url_file.as_deref())?;
    let options: PgConnectOptions = url.expose_secret().parse()?;
    Ok(options
        .application_name(&format!("winner-{schema}"))
        .options([
            ("search_path", schema.to_owned()),
            ("statement_timeout", cfg.statement_timeout_ms.to_string()),
            ("lock_timeout", cfg.lock_timeout_ms.to_string()),
            (
                "idle_in_transaction_session_timeout",
                cfg.idle_in_transaction_timeout_ms.to_string(),
            ),
        ]))
}

#[cfg(test)]
mod tests;
