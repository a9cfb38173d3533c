//! What is wrong with a configuration, all of it.

use std::fmt;
use std::path::Path;

use secrecy::SecretString;

use super::Validate;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, as in `postgres.max_connections`; empty when it concerns no single key.
    pub key: String,
    /// What is wrong and what would be right.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(f, "{}", self.text)
        } else {
            write!(f, "{}: {}", self.key, self.text)
        }
    }
}

/// Collects what sections find wrong about themselves.
#[derive(Debug, Default)]
pub struct Problems {
    path: Vec<String>,
    pub(super) refused: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

impl Problems {
    /// `key` must not be as it is.
    pub fn refuse(&mut self, key: &str, text: impl Into<String>) {
        let problem = self.problem(key, text.into());
        self.refused.push(problem);
    }

    /// `key` may be as it is, but somebody should look.
    pub fn warn(&mut self, key: &str, text: impl Into<String>) {
        let problem = self.problem(key, text.into());
        self.warnings.push(problem);
    }

    /// Lets the section under `key` check itself.
    pub fn section(&mut self, key: &str, section: &impl Validate) {
        self.path.push(key.to_owned());
        section.validate(self);
        self.path.pop();
    }

    /// Checks that exactly one of `key` and `key_file` gives a secret, and that it can be read.
    pub fn secret(&mut self, key: &str, value: Option<&SecretString>, file: Option<&Path>) {
        if let Err(error) = super::secret(value, file) {
            self.refuse(key, error.to_string());
        }
    }

    /// What was refused so far.
    pub fn refused(&self) -> &[Problem] {
        &self.refused
    }

    /// What was warned of so far.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    fn problem(&self, key: &str, text: String) -> Problem {
        let mut path = self.path.clone();
        if !key.is_empty() {
            path.push(key.to_owned());
        }
        Problem {
            key: path.join("."),
            text,
        }
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigErrors {
    /// Whose configuration it is.
    pub role: String,
    /// At least one.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the configuration of {} has {} problem(s):",
            self.role,
            self.problems.len()
        )?;
        for problem in &self.problems {
            write!(f, "\n  - {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
