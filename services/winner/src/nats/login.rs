//! Logging in at the broker as one user.

use anyhow::{Context, Result};
use secrecy::{ExposeSecret, SecretString};

use super::account::inbox_prefix;

/// How to log in at the broker.
#[derive(Clone, Debug)]
pub struct NatsLogin {
    /// `nats://host:port`.
    pub address: String,
    /// The user.
    pub user: String,
    /// The user's password.
    pub password: SecretString,
    /// The only place where this user may await answers.
    pub inbox_prefix: String,
}

impl NatsLogin {
    /// Reads `nats://user:password@host:port`.
    ///
    /// # Errors
    /// When a part is missing.
    pub fn from_url(url: &str) -> Result<Self> {
        let (login, host) = url
            .strip_prefix("nats://")
            .and_then(|rest| rest.rsplit_once('@'))
            .context("the URL of NATS is written nats://user:password@host:port")?;
        let (user, password) = login
            .split_once(':')
            .context("the URL of NATS names no password")?;
        Ok(Self {
            address: format!("nats://{host}"),
            user: user.to_owned(),
            password: password.into(),
            inbox_prefix: inbox_prefix(user),
        })
    }

    /// The options of a connection as this user.
    pub fn options(&self) -> async_nats::ConnectOptions {
        async_nats::ConnectOptions::with_user_and_password(
            self.user.clone(),
            self.password.expose_secret().to_owned(),
        )
        .custom_inbox_prefix(&self.inbox_prefix)
    }

    /// Connects as this user.
    ///
    /// # Errors
    /// When the server is not there or does not let the user in.
    pub async fn connect(&self) -> Result<async_nats::Client> {
        self.options()
            .connect(&self.address)
            .await
            .with_context(|| format!("cannot log in at {} as {}", self.address, self.user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        let login = NatsLogin::from_url("nats://u:p@ss@host:4222").unwrap();
        assert_eq!(login.address, "nats://host:4222");
        assert_eq!(login.user, "u");
        assert_eq!(login.password.expose_secret(), "p@ss");
        assert!(NatsLogin::from_url("nats://host:4222").is_err());
        assert!(NatsLogin::from_url("tls://u:p@host:4222").is_err());
    }
}
