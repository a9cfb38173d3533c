//! The operator's own settings: the role `operator` of the configuration file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;
use winner_messaging::config::NodeConfig;
use winner_messaging::nats::NatsConfig;
use winner_platform::config::{self, Problems, Validate};
use winner_platform::pg::PgConfig;

use crate::cli::Common;
use crate::outsiders::{self, Outsider};
use crate::registry::Service;
use crate::schema::names::RolePrefix;
use crate::schema::roles::{RolePasswords, login_roles};

/// The commented defaults of role `operator`.
pub const OPERATOR_DEFAULTS: &str = include_str!("../config/operator.toml");

/// What `migrate`, `provision`, `clock`, `token` and `doctor` need.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatorConfig {
    /// The database, as the migrator.
    pub postgres: PgConfig,
    /// The broker, as its operator.
    pub nats: NatsConfig,
    /// The names on the broker.
    pub messaging: NodeConfig,
    /// The beginning of every database role's name.
    pub role_prefix: String,
    /// A superuser's URL, for `migrate --create-roles` alone. Secret; or give `admin_url_file`.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub admin_url: Option<SecretString>,
    /// A file that holds it.
    #[serde(default)]
    pub admin_url_file: Option<PathBuf>,
    /// The passwords of the roles that log in, for `migrate --create-roles` alone, by service and
    /// `migrator`. Secret; or give `role_passwords_dir`.
    #[schemars(with = "BTreeMap<String, String>")]
    #[serde(default)]
    pub role_passwords: BTreeMap<String, SecretString>,
    /// A folder of files that hold them, named like the services and `migrator`.
    #[serde(default)]
    pub role_passwords_dir: Option<PathBuf>,
    /// Other systems that may read PUBLIC events.
    #[serde(default)]
    pub outsiders: Vec<Outsider>,
}

impl Validate for OperatorConfig {
    fn validate(&self, problems: &mut Problems) {
        problems.section("postgres", &self.postgres);
        problems.section("nats", &self.nats);
        problems.section("messaging", &self.messaging);
        outsiders::validate(&self.outsiders, problems);
        if let Err(error) = self.role_prefix.parse::<RolePrefix>() {
            problems.refuse("role_prefix", error.to_string());
        }
        for role in self.role_passwords.keys() {
            if !login_roles().any(|known| known == role) {
                problems.refuse("role_passwords", format!("there is no role {role}"));
            }
        }
    }
}

impl OperatorConfig {
    /// Reads the operator's settings.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn load(common: &Common) -> Result<Self> {
        let file = common.config.as_deref();
        Ok(config::load(
            "operator",
            OPERATOR_DEFAULTS,
            file,
            &crate::registry::env_prefix("operator"),
        )?)
    }

    /// The beginning of every database role's name.
    ///
    /// # Errors
    /// When it is not allowed; `validate` has said so before.
    pub fn prefix(&self) -> Result<RolePrefix> {
        Ok(self.role_prefix.parse()?)
    }

    /// The passwords given for `--create-roles`.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn passwords(&self) -> Result<RolePasswords> {
        let mut passwords = self.role_passwords.clone();
        if let Some(folder) = &self.role_passwords_dir {
            for role in login_roles() {
                let file = folder.join(role);
                if file.exists() {
                    passwords.insert(role.to_owned(), read_secret(&file)?);
                }
            }
        }
        Ok(passwords)
    }
}

fn read_secret(file: &Path) -> Result<SecretString> {
    config::secret(None, Some(file)).with_context(|| format!("the secret in {}", file.display()))
}

/// What a service's settings say of its database and the broker; the rest is not looked at.
#[derive(Clone, Debug, Deserialize)]
pub struct LedgerConfig {
    /// The database, as the service's runtime role.
    pub postgres: PgConfig,
    /// The broker, as the service's user.
    pub nats: NatsConfig,
    /// The names on the broker.
    pub messaging: NodeConfig,
}

impl Validate for LedgerConfig {
    fn validate(&self, problems: &mut Problems) {
        problems.section("postgres", &self.postgres);
        problems.section("nats", &self.nats);
        problems.section("messaging", &self.messaging);
    }
}

impl LedgerConfig {
    /// Reads the settings of one service.
    ///
    /// # Errors
    /// Everything that is wrong with these sections, at once.
    pub fn load(common: &Common, service: &Service) -> Result<Self> {
        service.load(common)
    }
}
