//! Calling another service: with a token for it, the trace, and what is left of the deadline.

mod balance;
mod tokens;

use std::path::PathBuf;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::header::AUTHORIZATION;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::Notify;
use tokio::time::Instant;
use tonic::body::Body;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Status};
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
    /// How calls are spread over the peer's copies.
    #[serde(default)]
    pub balance: Balance,
}

/// How calls are spread over the copies of a peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// Not: one connection to the URL. For a peer of one copy, and where a mesh or a proxy does it.
    #[default]
    Off,
    /// The URL's host is a name that stands for every copy, such as a headless Service.
    Dns,
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
        if self.balance == Balance::Dns && self.authority().is_none() {
            problems.refuse("url", "must name a host, and a port, for balance = \"dns\"");
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

impl PeerConfig {
    /// The scheme, the host's name and the port.
    fn authority(&self) -> Option<(String, String, u16)> {
        let url: http::Uri = self.url.parse().ok()?;
        let scheme = url.scheme_str()?.to_owned();
        Some((scheme, url.host()?.to_owned(), url.port_u16()?))
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
    /// The URL names no host and port to look up.
    #[error("the peer's url names no host and port to look up")]
    NoName,
}

/// A channel to one service. Cheap to clone; connects when first used.
#[derive(Clone, Debug)]
pub struct AuthorisedChannel {
    channel: Channel,
    tokens: Arc<Tokens>,
    timeout: Duration,
    /// Told when the peer was not there, where that makes somebody look where it is.
    doubt: Option<Arc<Notify>>,
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
    let tls = cfg.ca_file.as_ref().map(trusting).transpose()?;
    let (channel, doubt) = match cfg.balance {
        Balance::Off => (endpoint(cfg, &cfg.url, tls)?.connect_lazy(), None),
        Balance::Dns => {
            let (channel, doubt) = balanced(cfg, tls, audience)?;
            (channel, Some(doubt))
        }
    };
    Ok(AuthorisedChannel {
        channel,
        tokens: Arc::new(Tokens::new(signer, audience)),
        timeout: Duration::from_millis(cfg.timeout_ms),
        doubt,
    })
}

/// A channel to every copy that the URL's host stands for.
fn balanced(
    cfg: &PeerConfig,
    tls: Option<ClientTlsConfig>,
    peer: &str,
) -> Result<(Channel, Arc<Notify>), ChannelError> {
    let (scheme, host, port) = cfg.authority().ok_or(ChannelError::NoName)?;
    // Connected to by address, a copy still shows the certificate of the name.
    let tls = tls.map(|tls| tls.domain_name(host.clone()));
    let cfg = cfg.clone();
    let connect = move |address| endpoint(&cfg, &format!("{scheme}://{address}"), tls.clone());
    let look_up = move || {
        let host = host.clone();
        async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) }
    };
    Ok(balance::channel(peer, look_up, Box::new(connect)))
}

fn trusting(ca_file: &PathBuf) -> Result<ClientTlsConfig, ChannelError> {
    let authority = std::fs::read(ca_file).map_err(ChannelError::Authority)?;
    Ok(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority)))
}

fn endpoint(
    cfg: &PeerConfig,
    url: &str,
    tls: Option<ClientTlsConfig>,
) -> Result<Endpoint, tonic::transport::Error> {
    let endpoint = Endpoint::from_shared(url.to_owned())?
        .connect_timeout(Duration::from_millis(cfg.connect_timeout_ms))
        .tcp_nodelay(true)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true);
    match tls {
        Some(tls) => endpoint.tls_config(tls),
        None => Ok(endpoint),
    }
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
        let doubt = self.doubt.clone();
        let call = async move {
            // The timer first: at the very moment the transport would only say "cancelled".
            let answered = tokio::select! {
                biased;
                () = tokio::time::sleep(wait) => Err(ApiError::deadline_exceeded().into()),
                answered = answer => answered.map_err(|error| Status::from_error(error.into())),
            };
            let code = answered.as_ref().map_or_else(Status::code, spans::code_of);
            if code == Code::Unavailable
                && let Some(doubt) = doubt
            {
                doubt.notify_one();
            }
            spans::called(&Span::current(), code);
            CALLED.took(started.elapsed(), spans::of_call(&path, code));
            answered
        };
        Box::pin(call.instrument(span))
    }
}
