//! The names of roles.

use std::fmt;
use std::str::FromStr;

/// The beginning of every role's name of one installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolePrefix(String);

/// Why a prefix is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role prefix is 1 to 40 small letters, digits and _, beginning with a letter")]
pub struct BadPrefix;

impl RolePrefix {
    /// The role a service runs as.
    pub fn runtime(&self, service: &str) -> String {
        format!("{}_{service}", self.0)
    }

    /// The role that owns a service's schema; nobody logs in as it.
    pub fn owner(&self, service: &str) -> String {
        format!("{}_{service}_owner", self.0)
    }

    /// The role that migrates, owns schema `platform`, and sets the clock.
    pub fn migrator(&self) -> String {
        format!("{}_migrator", self.0)
    }
}

impl Default for RolePrefix {
    fn default() -> Self {
        Self("winner".to_owned())
    }
}

impl FromStr for RolePrefix {
    type Err = BadPrefix;

    fn from_str(text: &str) -> Result<Self, BadPrefix> {
        let letters = text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
        if letters && begins && text.len() <= 40 {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadPrefix)
        }
    }
}

impl fmt::Display for RolePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_could_need_quoting_is_refused() {
        for text in ["", "Winner", "1st", "a-b", "a\"b", &"a".repeat(41)] {
            assert_eq!(text.parse::<RolePrefix>(), Err(BadPrefix), "{text}");
        }
        let prefix: RolePrefix = "winner".parse().unwrap();
        assert_eq!(prefix.owner("intake"), "winner_intake_owner");
    }
}
