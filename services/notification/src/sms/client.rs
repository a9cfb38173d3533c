//! The HTTP client for gateways: own time-outs, a cap on answers, no redirects, no proxies.
//!
//! What it tells apart is what matters for sending never twice: a connection that could not be opened
//! means that nothing left; anything later that is not an answer means that nobody knows.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, timeout_at};
use winner_notification_core::sms::gateway::{Answer, Method, Request};

type Body = Full<bytes::Bytes>;

/// How long things may take, and how much may come.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Opening a connection.
    pub connect: Duration,
    /// The whole of request and answer.
    pub answer: Duration,
    /// An idle connection is kept so long.
    pub idle: Duration,
    /// Connections kept.
    pub connections: usize,
    /// The largest body that is read, in bytes.
    pub body: usize,
}

/// An answer as it came.
#[derive(Debug)]
pub struct Answered {
    /// HTTP's status code.
    pub status: u16,
    body: Vec<u8>,
    whole: bool,
}

impl Answered {
    /// For the gateway's description to judge.
    pub fn answer(&self) -> Answer<'_> {
        Answer {
            status: self.status,
            body: &self.body,
            whole: self.whole,
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// No connection could be opened: nothing left this process.
    #[error("no connection to the gateway")]
    NotConnected,
    /// The connection ended.
    #[error("the gateway's connection ended without an answer")]
    Lost,
    /// It took too long.
    #[error("the gateway did not answer in time")]
    TimedOut,
    /// The request cannot be written; nothing left.
    #[error("the request cannot be written")]
    Unwritable,
}

/// Speaks to one gateway. Cheap to clone.
#[derive(Clone)]
pub struct GatewayClient {
    http: Client<HttpsConnector<HttpConnector>, Body>,
    limits: Limits,
}

impl GatewayClient {
    /// A client that trusts the public certificate authorities.
    pub fn new(limits: Limits) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(limits.connect));
        connector.set_nodelay(true);
        connector.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let http = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(limits.idle)
            .pool_max_idle_per_host(limits.connections)
            .build(connector);
        Self { http, limits }
    }

    /// Sends a request and reads the answer. An answer that breaks off, or does not end in time or size,
    /// is given as far as it came.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn send(&self, request: Request) -> Result<Answered, NoAnswer> {
        let request = written(request).ok_or(NoAnswer::Unwritable)?;
        let deadline = Instant::now() + self.limits.answer;
        let response = timeout_at(deadline, self.http.request(request))
            .await
            .map_err(|_| NoAnswer::TimedOut)?
            .map_err(|error| {
                if error.is_connect() {
                    NoAnswer::NotConnected
                } else {
                    NoAnswer::Lost
                }
            })?;
        let status = response.status().as_u16();
        let (body, whole) = self.read(response.into_body(), deadline).await;
        Ok(Answered {
            status,
            body,
            whole,
        })
    }

    async fn read<B>(&self, mut incoming: B, deadline: Instant) -> (Vec<u8>, bool)
    where
        B: BodyExt<Data = bytes::Bytes> + Unpin,
    {
        let mut body = Vec::new();
        loop {
            match timeout_at(deadline, incoming.frame()).await {
                Ok(None) => return (body, true),
                Ok(Some(Ok(frame))) => {
                    let data = frame.into_data().unwrap_or_default();
                    if body.len() + data.len() > self.limits.body {
                        return (body, false);
                    }
                    body.extend_from_slice(&data);
                }
                Ok(Some(Err(_))) | Err(_) => return (body, false),
            }
        }
    }
}

/// The request as the client takes it; `None` where a header or URL holds what HTTP cannot carry.
fn written(request: Request) -> Option<http::Request<Body>> {
    let method = match request.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
    };
    let mut builder = http::Request::builder()
        .method(method)
        .uri(request.url.as_str())
        .header("user-agent", "winner");
    for (name, value) in &request.headers {
        let mut value = http::HeaderValue::from_str(value).ok()?;
        value.set_sensitive(true);
        builder = builder.header(name, value);
    }
    builder
        .body(Full::from(bytes::Bytes::from(request.body)))
        .ok()
}
