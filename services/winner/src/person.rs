//! A service as a person calls it from the command line: with their own token, and errors that say what to do.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};
use winner_platform::error::details;

use crate::cli::Common;
use crate::registry;

/// Longer than any call of an endpoint lasts.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Which service is called, and by whom.
#[derive(Args, Debug)]
pub struct Caller {
    /// Where the service answers [default: where its settings say that it listens].
    #[arg(long, global = true, value_name = "URL")]
    server: Option<String>,
    /// The authority that signed the service's certificate, PEM.
    #[arg(long, global = true, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// A file that holds your token, as intake's ExchangeToken gave it; `-` reads standard input.
    #[arg(long, global = true, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The token itself; better in the environment or a file.
    #[arg(
        long,
        global = true,
        env = "WINNER_TOKEN",
        hide_env_values = true,
        conflicts_with = "token_file"
    )]
    token: Option<SecretString>,
}

/// A service that answers a person.
#[derive(Clone)]
pub struct Called {
    /// The channel; it connects when it is first used.
    pub channel: Channel,
    bearer: MetadataValue<Ascii>,
}

impl Caller {
    /// A channel to the service, in the name of whoever holds the token.
    ///
    /// # Errors
    /// Without a token, or when the settings make no channel.
    pub fn connect(&self, common: &Common, service: &str) -> Result<Called> {
        let url = match &self.server {
            Some(url) => url.clone(),
            None => format!("http://{}", registry::service(service)?.listen(common)?),
        };
        let mut endpoint = Endpoint::from_shared(url.clone())
            .with_context(|| format!("{url} is no URL"))?
            .timeout(TIMEOUT);
        if let Some(file) = &self.ca_file {
            let authority = std::fs::read(file)
                .with_context(|| format!("{} cannot be read", file.display()))?;
            let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority));
            endpoint = endpoint.tls_config(tls)?;
        }
        let token = self.token()?;
        let bearer = format!("Bearer {}", token.expose_secret())
            .parse()
            .context("this is no token")?;
        Ok(Called {
            channel: endpoint.connect_lazy(),
            bearer,
        })
    }

    fn token(&self) -> Result<SecretString> {
        let text = match (&self.token, self.token_file.as_deref()) {
            (Some(token), _) => return Ok(token.clone()),
            (None, Some(file)) if file.as_os_str() == "-" => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text)?;
                text
            }
            (None, Some(file)) => std::fs::read_to_string(file)
                .with_context(|| format!("{} cannot be read", file.display()))?,
            (None, None) => bail!(
                "whose request is this? Give --token-file or WINNER_TOKEN: the token that intake's ExchangeToken gave you"
            ),
        };
        Ok(SecretString::from(text.trim().to_owned()))
    }
}

impl Called {
    /// A request in this person's name.
    pub fn ask<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.bearer.clone());
        request
    }
}

/// What a service refused, for people: each field with what to change.
#[expect(
    clippy::needless_pass_by_value,
    reason = "stands in map_err, which gives the status away"
)]
pub fn refused(status: Status) -> anyhow::Error {
    let details = details(&status);
    let fields: Vec<String> = details
        .bad_request()
        .into_iter()
        .flat_map(|bad| &bad.field_violations)
        .map(|field| format!("{} {}", field.field, field.description))
        .collect();
    if fields.is_empty() {
        anyhow!("{} ({:?})", status.message(), status.code())
    } else {
        anyhow!("{}", fields.join("; "))
    }
}
