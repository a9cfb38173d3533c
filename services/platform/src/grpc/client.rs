//! Calling another service: with a token for it, the trace, and what is left of the deadline.

mod tokens;

use std::path::PathBuf;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::header::AUTHORIZATION;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tower::Service;
use tracing::{Instrument, Span};
use uuid::Uuid;

use self::tokens::Tokens;
use super::{context, deadline, spans};
use crate::auth::TokenSigner;
use crate::config::{Problems, Validate};
use crate::error::ApiError;
use crate::telemetry;
use crate::telemetry::own::CALLED;

/// How another service is reached: a section such as `peers.alpha` of a role's configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeerConfig {
    /// `http://host:port`, or `https://`.
    pub url: String,
    /// The authority that signed the peer's certificate, PEM; without it the system's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The longest a connection may take to be made, in milliseconds; 2 s unless set.
    #[serde(default = "default_connect_timeout_ms")]
    pub connect_timeout_ms: u64,
    /// The longest a call may take when its caller set no deadline, in milliseconds; 10 s unless
    /// set.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
}

const fn default_connect_timeout_ms() -> u64 {
    2_000
}

const fn default_timeout_ms() -> u64 {
    10_000
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
    channel: Channel,
    tokens: Arc<Tokens>,
    timeout: Duration,
}

/// A channel to `audience`, whose calls carry a token of `signer`, the trace and a deadline: what
/// is left of the request being answered, or the peer's `timeout_ms` when that is less.
///
/// # Errors
/// When the URL is none or TLS cannot be set up; never because the peer is not there.
pub fn channel(
    cfg: &PeerConfig,
    signer: TokenSigner,
    audience: &str,
) -> Result<AuthorisedChannel, ChannelError> {
    let mut endpoint = Endpoint::from_shared(cfg.url.clone())?
        .connect_timeout(Duration::from_millis(cfg.connect_timeout_ms))
        .tcp_nodelay(true)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true);
    if let Some(file) = &cfg.ca_file {
        let authority = std::fs::read(file).map_err(ChannelError::Authority)?;
        let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority));
        endpoint = endpoint.tls_config(tls)?;
    }
    Ok(AuthorisedChannel {
        channel: endpoint.connect_lazy(),
        tokens: Arc::new(Tokens::new(signer, audience)),
        timeout: Duration::from_millis(cfg.timeout_ms),
    })
}

/// An idle connection is asked whether it lives this often: a peer that vanished is noticed before
/// the next call.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// ... and is given up when it does not answer in this time.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);

impl AuthorisedChannel {
    /// Adds to a request what every call carries, and answers how long it may take. A token that
    /// is there already stays: a tool may call in a person's name.
    fn prepare(&self, request: &mut http::Request<Body>) -> Result<Duration, Status> {
        let left = [context::time_left(), deadline::requested(request.headers())];
        let wait = left.into_iter().flatten().fold(self.timeout, Duration::min);
        if wait.is_zero() {
            return Err(ApiError::deadline_exceeded().into());
        }
        request
            .headers_mut()
            .insert(deadline::GRPC_TIMEOUT, deadline::header(wait));
        if !request.headers().contains_key(AUTHORIZATION) {
            let person = request
                .extensions()
                .get::<OnBehalfOf>()
                .map(|person| person.0);
            let token = self.tokens.get(person)?;
            request.headers_mut().insert(AUTHORIZATION, token);
        }
        Ok(wait)
    }
}

impl Service<http::Request<Body>> for AuthorisedChannel {
    type Response = http::Response<Body>;
    type Error = Status;
    type Future = BoxFuture<'static, Result<Self::Response, Status>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>> {
        self.channel
            .poll_ready(cx)
            .map_err(|error| Status::from_error(error.into()))
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        let wait = match self.prepare(&mut request) {
            Ok(wait) => wait,
            Err(status) => return Box::pin(std::future::ready(Err(status))),
        };
        let (started, path) = (Instant::now(), request.uri().path().to_owned());
        let span = spans::client(&path);
        span.in_scope(|| telemetry::inject(request.headers_mut()));
        let answer = self.channel.call(request);
        let call = async move {
            // The timer first: at the very moment the transport would only say "cancelled".
            let answered = tokio::select! {
                biased;
                () = tokio::time::sleep(wait) => Err(ApiError::deadline_exceeded().into()),
                answered = answer => answered.map_err(|error| Status::from_error(error.into())),
            };
            let code = answered.as_ref().map_or_else(Status::code, spans::code_of);
            spans::called(&Span::current(), code);
            CALLED.took(started.elapsed(), spans::of_call(&path, code));
            answered
        };
        Box::pin(call.instrument(span))
    }
}
