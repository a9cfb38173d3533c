//! Makes one call: signed, to an address that may be called, without following anything, and with a bound on
//! everything that the other side could draw out.

use std::error::Error;
use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use time::OffsetDateTime;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;
use winner_notification_core::webhook::answer::{Attempted, Fault};
use winner_notification_core::webhook::cloud_event;
use winner_notification_core::webhook::retry_after;
use winner_notification_core::webhook::secret::Secret;
use winner_notification_core::webhook::signature::{self, ID, SIGNATURE, TIMESTAMP, sign};
use winner_notification_core::webhook::target::{Target, TargetRules};

use super::config::WebhooksConfig;
use super::prompt::Prompt;
use super::resolver::{Names, ResolveError, Resolver, system};
use super::tls::{self, TlsError};

/// The most of an answer's body that is read, and dropped: enough to keep the connection for the next call.
const LARGEST_ANSWER: usize = 64 * 1024;
/// How long that may take; then the connection is dropped.
const DRAIN: Duration = Duration::from_secs(1);
/// The largest head of an answer, and the most header lines.
const LARGEST_HEAD: usize = 32 * 1024;
const MOST_HEADERS: usize = 100;
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(15);
const IDLE_A_HOST: usize = 4;
const AGENT: &str = concat!("winner-webhooks/", env!("CARGO_PKG_VERSION"));

/// Why no calls can be made.
#[derive(Debug, thiserror::Error)]
pub enum CallerError {
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A range is none.
    #[error("webhooks.forbidden_ranges must be ranges such as 203.0.113.0/24")]
    Ranges(#[from] ipnet::AddrParseError),
}

/// One call.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Names it to the endpoint.
    pub id: Uuid,
    /// Where the endpoint is.
    pub url: &'a str,
    /// What is sent.
    pub body: &'a str,
    /// The secrets that sign, the newest first.
    pub secrets: &'a [Secret],
    /// Real time.
    pub at: OffsetDateTime,
}

type Connector = Prompt<HttpsConnector<HttpConnector<Resolver>>>;

/// Calls endpoints. Cheap to clone.
#[derive(Clone)]
pub struct Caller {
    client: Client<Connector, Full<bytes::Bytes>>,
    rules: TargetRules,
    timeout: Duration,
}

impl Caller {
    /// As the settings say, by the system's resolver.
    ///
    /// # Errors
    /// [`CallerError`]
    pub fn new(config: &WebhooksConfig) -> Result<Self, CallerError> {
        Self::resolving_by(config, system())
    }

    /// As the settings say, by another resolver.
    ///
    /// # Errors
    /// [`CallerError`]
    pub fn resolving_by(config: &WebhooksConfig, names: Names) -> Result<Self, CallerError> {
        let connect_timeout = Duration::from_millis(config.connect_timeout_ms);
        let resolver = Resolver::new(names, config.addresses()?);
        let mut plain = HttpConnector::new_with_resolver(resolver);
        plain.enforce_http(false);
        plain.set_nodelay(true);
        plain.set_connect_timeout(Some(connect_timeout));
        let tls = tls::client(config.ca_file.as_deref())?;
        let tls = HttpsConnectorBuilder::new().with_tls_config(tls);
        let tls = if config.allow_plain_loopback {
            tls.https_or_http()
        } else {
            tls.https_only()
        };
        let connector = Prompt {
            inner: tls.enable_http1().wrap_connector(plain),
            within: connect_timeout,
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_A_HOST)
            .http1_max_buf_size(LARGEST_HEAD)
            .http1_max_headers(MOST_HEADERS)
            .build(connector);
        Ok(Self {
            client,
            rules: config.target_rules(),
            timeout: config.timeout(),
        })
    }

    /// Makes one call. Never fails: what went wrong is what came of it.
    pub async fn call(&self, call: Call<'_>) -> Attempted {
        // The rules may have become stricter since the endpoint was registered.
        let Ok(target) = Target::parse(call.url, &self.rules) else {
            return Attempted::Unanswered(Fault::Forbidden);
        };
        let Some(request) = request(&target, &call) else {
            return Attempted::Unanswered(Fault::Forbidden);
        };
        let deadline = Instant::now() + self.timeout;
        match timeout_at(deadline, self.client.request(request)).await {
            Err(_) => Attempted::Unanswered(Fault::TimedOut),
            Ok(Err(error)) => Attempted::Unanswered(fault(&error)),
            Ok(Ok(response)) => {
                let (head, body) = response.into_parts();
                let end = deadline.min(Instant::now() + DRAIN);
                let drained = timeout_at(end, Limited::new(body, LARGEST_ANSWER).collect()).await;
                if !matches!(drained, Ok(Ok(_))) {
                    // The status alone counts; whoever says more than that loses the connection.
                    tracing::debug!(delivery_id = %call.id, "webhook.answer.not_read");
                }
                Attempted::Answered {
                    status: head.status.as_u16(),
                    retry_after: asked(&head.headers, call.at),
                }
            }
        }
    }
}

fn request(target: &Target, call: &Call<'_>) -> Option<Request<Full<bytes::Bytes>>> {
    let signed = sign(call.id, call.at, call.body.as_bytes(), call.secrets);
    let signature::Signed {
        id,
        timestamp,
        signature,
    } = signed;
    Request::post(target.as_str())
        .header(CONTENT_TYPE, cloud_event::CONTENT_TYPE)
        .header(USER_AGENT, HeaderValue::from_static(AGENT))
        .header(ID, id)
        .header(TIMESTAMP, timestamp)
        .header(SIGNATURE, signature)
        .body(Full::new(bytes::Bytes::copy_from_slice(
            call.body.as_bytes(),
        )))
        .ok()
}

fn asked(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    retry_after::parse(value, now)
}

fn fault(error: &ClientError) -> Fault {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = cause {
        match one.downcast_ref::<ResolveError>() {
            Some(ResolveError::Unresolved) => return Fault::Unresolved,
            Some(ResolveError::Forbidden) => return Fault::Forbidden,
            None => cause = one.source(),
        }
    }
    if error.is_connect() {
        Fault::Unreachable
    } else {
        Fault::Broken
    }
}
