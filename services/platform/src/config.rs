//! Configuration: commented defaults in the binary (the platform's, then the role's own), then a
//! file, then the environment.
//!
//! Everything that is wrong is said at once, each with its key, because an operator who must start
//! a process once per mistake makes more of them.
//!
//! The file is TOML. What stands under `[default]` holds for every role, what stands under a
//! role's name only for that role. The environment wins: `PREFIX__SECTION__KEY`.

mod load;
mod problems;
mod secret;
mod tree;

use std::path::Path;

use serde::de::DeserializeOwned;

pub use problems::{ConfigErrors, Problem, Problems};
pub use secret::{SecretError, secret};

/// Commented defaults of the sections of this crate: `postgres`, `grpc`, `auth`, `telemetry`. A role
/// whose own defaults name one of them (an empty table suffices) gets these beneath its own.
pub const PLATFORM_DEFAULTS: &str = include_str!("config/platform.toml");

/// What a section checks about itself beyond the types of its keys.
pub trait Validate {
    /// Adds what is wrong, or dangerous together, with the key it concerns.
    fn validate(&self, problems: &mut Problems);
}

/// Settings that loaded, and what an operator should look at all the same.
#[derive(Debug)]
pub struct Loaded<T> {
    /// The settings.
    pub config: T,
    /// What is allowed but dangerous.
    pub warnings: Vec<Problem>,
}

/// Reads the settings of `role`, with the environment of this process. Warnings are logged.
///
/// # Errors
/// Everything that is wrong, at once.
pub fn load<T: DeserializeOwned + Validate>(
    role: &str,
    defaults_toml: &str,
    file: Option<&Path>,
    env_prefix: &str,
) -> Result<T, ConfigErrors> {
    let loaded = read(role, defaults_toml, file, env_prefix)?;
    for warning in &loaded.warnings {
        tracing::warn!(
            key = warning.key,
            problem = warning.text,
            "config.dangerous"
        );
    }
    Ok(loaded.config)
}

/// Reads the settings of `role`, with the environment of this process and with the warnings, for
/// whoever tells them otherwise than by the log.
///
/// # Errors
/// Everything that is wrong, at once.
pub fn read<T: DeserializeOwned + Validate>(
    role: &str,
    defaults_toml: &str,
    file: Option<&Path>,
    env_prefix: &str,
) -> Result<Loaded<T>, ConfigErrors> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    let environment = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
    load_from(role, defaults_toml, file, env_prefix, environment)
}

/// Reads the settings of `role` with the environment given; for checks and tests.
///
/// # Errors
/// Everything that is wrong, at once.
pub fn load_from<T: DeserializeOwned + Validate>(
    role: &str,
    defaults_toml: &str,
    file: Option<&Path>,
    env_prefix: &str,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Loaded<T>, ConfigErrors> {
    load::load(role, defaults_toml, file, env_prefix, environment)
}
