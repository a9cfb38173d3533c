//! Reaching the notification service, in somebody's name.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};
use uuid::Uuid;
use winner_platform::config::secret;
use winner_proto::notification::v1::message_service_client::MessageServiceClient;

use crate::cli::Common;
use crate::registry;

/// Longer than a call may take at the service.
const TIMEOUT: Duration = Duration::from_mins(2);

/// Which service, and in whose name.
#[derive(Args, Debug)]
pub(super) struct Server {
    /// Where the notification service answers [default: where its settings on this machine say].
    #[arg(long = "server", value_name = "URL", global = true)]
    url: Option<String>,
    /// The authority that signed its certificate, PEM [default: the system's].
    #[arg(long, value_name = "FILE", global = true)]
    ca_file: Option<PathBuf>,
    /// The token of a chair, an organiser or an auditor [required]: what intake's ExchangeToken gave them, or,
    /// outside production, `winner token person`.
    #[arg(
        long,
        value_name = "FILE",
        env = "WINNER_TOKEN_FILE",
        hide_env_values = true,
        global = true
    )]
    token_file: Option<PathBuf>,
}

/// The service, as one person and for one edition.
pub(super) struct Connection {
    channel: Channel,
    bearer: MetadataValue<Ascii>,
    edition: String,
}

impl Connection {
    /// Reads the token; connects when first used.
    pub(super) fn open(common: &Common, server: &Server, edition: &str) -> Result<Self> {
        let url = if let Some(url) = &server.url {
            url.clone()
        } else {
            let listen = registry::service("notification")?
                .listen(common)
                .context("without --server, the settings of role notification say where it is")?;
            if listen.ip().is_unspecified() {
                format!("http://localhost:{}", listen.port())
            } else {
                format!("http://{listen}")
            }
        };
        let mut endpoint = Endpoint::from_shared(url)?.timeout(TIMEOUT);
        if let Some(file) = &server.ca_file {
            let authority =
                std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority));
            endpoint = endpoint.tls_config(tls)?;
        }
        let file = server
            .token_file
            .as_deref()
            .context("say whose --token-file")?;
        let token: SecretString =
            secret(None, Some(file)).with_context(|| format!("the token in {}", file.display()))?;
        let bearer = format!("Bearer {}", token.expose_secret().trim());
        // The cause would quote the token.
        let Ok(mut bearer) = bearer.parse::<MetadataValue<Ascii>>() else {
            bail!("{} holds no token", file.display());
        };
        bearer.set_sensitive(true);
        Ok(Self {
            channel: endpoint.connect_lazy(),
            bearer,
            edition: edition.to_owned(),
        })
    }

    /// A client.
    pub(super) fn client(&self) -> MessageServiceClient<Channel> {
        MessageServiceClient::new(self.channel.clone())
    }

    /// A request in the person's name.
    pub(super) fn ask<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.bearer.clone());
        request
    }

    /// The edition's name.
    pub(super) fn edition(&self) -> String {
        format!("editions/{}", self.edition)
    }

    /// A message's name.
    pub(super) fn message(&self, id: Uuid) -> String {
        format!("editions/{}/messages/{id}", self.edition)
    }
}

/// A refusal in the service's words.
pub(super) fn refused(status: &Status) -> anyhow::Error {
    match status.message() {
        "" => anyhow::anyhow!("{:?}", status.code()),
        message => anyhow::anyhow!("{message} ({:?})", status.code()),
    }
}

/// The same of a write, with how to ask again.
pub(super) fn refused_write(status: &Status, request_id: &str) -> anyhow::Error {
    refused(status).context(format!(
        "not known to be done; --request-id {request_id} makes it harmless to ask again"
    ))
}
