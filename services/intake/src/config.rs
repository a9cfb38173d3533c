//! The settings of the role `intake`.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;
use winner_messaging::NodeConfig;
use winner_messaging::nats::NatsConfig;
use winner_platform::auth::link::{LinkError, LinkKey};
use winner_platform::auth::oidc::OidcProvider;
use winner_platform::auth::{AuthConfig, TOKEN_LIFE};
use winner_platform::config::{self, Problems, SecretError, Validate};
use winner_platform::grpc::GrpcConfig;
use winner_platform::pg::PgConfig;
use winner_platform::telemetry::TelemetryConfig;

use crate::context::Settings;

/// The commented defaults.
pub const DEFAULTS: &str = include_str!("../config/defaults.toml");

/// What the service is told.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The database, as the runtime role of the schema `intake`.
    pub postgres: PgConfig,
    /// The broker.
    pub nats: NatsConfig,
    /// Names and limits of the exchange of events.
    pub messaging: NodeConfig,
    /// The server.
    pub grpc: GrpcConfig,
    /// The keys.
    pub auth: AuthConfig,
    /// Logs and traces.
    pub telemetry: TelemetryConfig,
    /// Who may say who somebody is.
    pub identity: IdentityConfig,
    /// Invitations to offices and teams.
    pub invitations: InvitationsConfig,
    /// Submissions.
    pub submit: SubmitConfig,
    /// What happens with time.
    pub jobs: JobsConfig,
}

/// Who may say who somebody is.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// The provider's group whose members are platform admins.
    pub admin_group: String,
    /// How long an internal token is good, in seconds.
    pub token_seconds: u64,
    /// The providers trusted.
    pub providers: Vec<OidcProvider>,
}

/// Invitations to offices and teams.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationsConfig {
    /// How long an invitation may be accepted, in hours.
    pub life_hours: u64,
    /// What signs the links. Secret; or give `link_key_file`.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub link_key: Option<SecretString>,
    /// A file that holds it.
    #[serde(default)]
    pub link_key_file: Option<PathBuf>,
}

/// Why there is no key for links.
#[derive(Debug, thiserror::Error)]
pub enum LinkKeyError {
    /// It cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// It is too short.
    #[error(transparent)]
    Short(#[from] LinkError),
}

impl InvitationsConfig {
    /// The key that signs links.
    ///
    /// # Errors
    /// When it is not given, cannot be read or is too short.
    pub fn key(&self) -> Result<LinkKey, LinkKeyError> {
        let secret = config::secret(self.link_key.as_ref(), self.link_key_file.as_deref())?;
        Ok(LinkKey::new(secret)?)
    }
}

/// Submissions.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitConfig {
    /// How long one submission is tried again inside the server, in milliseconds.
    pub max_duration_ms: u64,
}

/// What happens with time.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobsConfig {
    /// How often waves that are due are looked for, in milliseconds.
    pub close_waves_ms: u64,
    /// How often invitations that ran out are looked for, in milliseconds.
    pub expire_invitations_ms: u64,
}

impl Config {
    /// What the use cases are told.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            admin_group: self.identity.admin_group.clone(),
            token_life: Duration::from_secs(self.identity.token_seconds),
            invitation_life: Duration::from_secs(self.invitations.life_hours * 3_600),
            submit_max_duration: Duration::from_millis(self.submit.max_duration_ms),
        }
    }
}

impl Validate for Config {
    fn validate(&self, problems: &mut Problems) {
        problems.section("postgres", &self.postgres);
        problems.section("nats", &self.nats);
        problems.section("messaging", &self.messaging);
        problems.section("grpc", &self.grpc);
        problems.section("auth", &self.auth);
        problems.section("telemetry", &self.telemetry);
        if self.identity.providers.is_empty() {
            problems.warn(
                "identity.providers",
                "without a provider nobody can sign in",
            );
        }
        for (at, provider) in self.identity.providers.iter().enumerate() {
            problems.section(&format!("identity.providers[{at}]"), provider);
        }
        if self.identity.admin_group.is_empty() {
            problems.refuse("identity.admin_group", "must name a group of the provider");
        }
        if !(30..=TOKEN_LIFE.as_secs()).contains(&self.identity.token_seconds) {
            let text = format!("must be 30 to {}", TOKEN_LIFE.as_secs());
            problems.refuse("identity.token_seconds", text);
        }
        if !(1..=8_760).contains(&self.invitations.life_hours) {
            problems.refuse("invitations.life_hours", "must be 1 to 8760, a year");
        }
        if let Err(error) = self.invitations.key() {
            problems.refuse("invitations.link_key", error.to_string());
        }
        if self.submit.max_duration_ms == 0 {
            problems.refuse("submit.max_duration_ms", "must be above 0");
        }
        if self.submit.max_duration_ms >= self.grpc.max_stamped_ms {
            let text = "must be below grpc.max_stamped_ms, or the server gives up before its own retries do";
            problems.refuse("submit.max_duration_ms", text);
        }
        if self.postgres.statement_timeout_ms > self.submit.max_duration_ms {
            let text =
                "is above submit.max_duration_ms: a stuck statement leaves no time to try again";
            problems.warn("postgres.statement_timeout_ms", text);
        }
        let jobs = [
            ("jobs.close_waves_ms", self.jobs.close_waves_ms),
            (
                "jobs.expire_invitations_ms",
                self.jobs.expire_invitations_ms,
            ),
        ];
        for (key, value) in jobs {
            if value == 0 {
                problems.refuse(key, "must be above 0");
            }
        }
        // Relay, clock, two jobs and a few submissions.
        if self.postgres.max_connections < 8 {
            problems.refuse("postgres.max_connections", "must be at least 8");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use winner_platform::config::load_from;

    fn problems(environment: &[(&str, &str)]) -> Vec<String> {
        let environment = environment
            .iter()
            .map(|(key, value)| (format!("WINNER_INTAKE__{key}"), (*value).to_owned()));
        let wrong = load_from::<Config>("intake", DEFAULTS, None, "WINNER_INTAKE", environment)
            .expect_err("keys and URLs have no default");
        wrong
            .problems
            .into_iter()
            .map(|problem| problem.key)
            .collect()
    }

    #[test]
    fn what_holds_a_secret_has_no_default() {
        let keys = problems(&[]);
        for key in ["postgres.url", "auth.key_file", "invitations.link_key"] {
            assert!(keys.iter().any(|found| found == key), "{key} in {keys:?}");
        }
    }

    #[test]
    fn a_submit_that_outlives_its_server_is_refused() {
        let keys = problems(&[
            ("SUBMIT__MAX_DURATION_MS", "90000"),
            ("IDENTITY__TOKEN_SECONDS", "900"),
        ]);
        for key in ["submit.max_duration_ms", "identity.token_seconds"] {
            assert!(keys.iter().any(|found| found == key), "{key} in {keys:?}");
        }
    }
}
