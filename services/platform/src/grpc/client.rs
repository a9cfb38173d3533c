//! Calling another service: with a token for it, the trace, and what is left of the deadline.

use std::path::PathBuf;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Deserialize;
use tonic::body::Body;
use tonic::transport::Channel;
use tower::Service;
use uuid::Uuid;

use crate::auth::TokenSigner;
use crate::config::{Problems, Validate};

/// How another service is reached: a section such as `peers.alpha` of a role's configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeerConfig {
    /// `http://host:port`, or `https://`.
    pub url: String,
    /// The authority that signed the peer's certificate, PEM; without it the system's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The longest a connection may take to be made, in milliseconds.
    pub connect_timeout_ms: u64,
    /// The longest a call may take when its caller set no deadline, in milliseconds.
    pub timeout_ms: u64,
}

impl Validate for PeerConfig {
    fn validate(&self, problems: &mut Problems) {
        if let Err(error) = self.url.parse::<http::Uri>() {
            problems.refuse("url", error.to_string());
        }
        if self.timeout_ms == 0 {
            problems.refuse("timeout_ms", "must be at least 1");
        }
        if self.connect_timeout_ms == 0 || self.connect_timeout_ms > self.timeout_ms {
            problems.refuse(
                "connect_timeout_ms",
                "must be at least 1 and at most timeout_ms",
            );
        }
    }
}

/// Put into the extensions of a request: the person the call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnBehalfOf(pub Uuid);

/// Why there is no channel.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The URL is none, or TLS cannot be set up.
    #[error("the peer's settings make no channel")]
    Transport(#[from] tonic::transport::Error),
    /// The authority's file cannot be read.
    #[error("the peer's ca_file cannot be read")]
    Authority(#[source] std::io::Error),
}

/// A channel to one service. Cheap to clone; connects when first used.
#[derive(Clone, Debug)]
pub struct AuthorisedChannel {
    _inner: Channel,
}

/// A channel to `audience`, whose calls carry a token of `signer`, the trace and a deadline.
///
/// # Errors
/// When the URL is none or TLS cannot be set up; never because the peer is not there.
pub fn channel(
    _cfg: &PeerConfig,
    _signer: TokenSigner,
    _audience: &str,
) -> Result<AuthorisedChannel, ChannelError> {
    unimplemented!()
}

impl Service<http::Request<Body>> for AuthorisedChannel {
    type Response = http::Response<Body>;
    type Error = tonic::Status;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        unimplemented!()
    }

    fn call(&mut self, _request: http::Request<Body>) -> Self::Future {
        unimplemented!()
    }
}
