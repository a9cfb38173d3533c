//! What lies outside an installation, for tests and the demo: a telephone network behind a gateway that
//! is spoken to as Kannel is, and a service that has events brought to it.
//!
//! Takes everything, keeps it in memory, and lets each SMS arrive: the receipt is sent once the message is
//! taken, and may overtake the answer, as it may with operators.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use http_body_util::Empty;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// What the numbers of made-up people begin with.
pub const TEST_NUMBERS: &str = "+6281200";

/// One SMS as it arrived at a telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sms {
    /// The number.
    pub to: String,
    /// Who it says it is from.
    pub from: String,
    /// What it says.
    pub text: String,
}

/// One request to the subscriber's endpoint.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, to the byte.
    pub body: Bytes,
}

/// Takes SMS and webhooks on a port of this machine until the last clone is dropped. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outside {
    port: u16,
    kept: Arc<Kept>,
    _open: Arc<DropGuard>,
}

#[derive(Debug, Default)]
struct Kept {
    texts: Mutex<Vec<Sms>>,
    calls: Mutex<Vec<Call>>,
}

/// What Kannel's `sendsms` is asked.
#[derive(Debug, Deserialize)]
struct SendSms {
    to: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    text: String,
    #[serde(default, rename = "dlr-url")]
    dlr_url: Option<String>,
}

impl Outside {
    /// Listens on a free port of the loopback address.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("no free port on 127.0.0.1")?;
        let port = listener.local_addr()?.port();
        let (kept, open) = (Arc::<Kept>::default(), CancellationToken::new());
        let routes = Router::new()
            .route("/cgi-bin/sendsms", get(send_sms))
            .route("/hook", post(take_call))
            .with_state(kept.clone());
        let served =
            axum::serve(listener, routes).with_graceful_shutdown(open.clone().cancelled_owned());
        TaskTracker::new().spawn(async move {
            if let Err(error) = served.await {
                tracing::warn!(%error, "stack.outside_ended");
            }
        });
        Ok(Self {
            port,
            kept,
            _open: Arc::new(open.drop_guard()),
        })
    }

    /// The gateway's URL.
    pub fn gateway(&self) -> String {
        format!("http://127.0.0.1:{}/cgi-bin/sendsms", self.port)
    }

    /// The subscriber's endpoint.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// The SMS that arrived, in order.
    pub fn texts(&self) -> Vec<Sms> {
        lock(&self.kept.texts).clone()
    }

    /// The calls of the endpoint, in order.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.kept.calls).clone()
    }
}

async fn send_sms(
    State(kept): State<Arc<Kept>>,
    Query(asked): Query<SendSms>,
) -> (StatusCode, &'static str) {
    lock(&kept.texts).push(Sms {
        to: asked.to,
        from: asked.from,
        text: asked.text,
    });
    if let Some(url) = asked.dlr_url {
        TaskTracker::new().spawn(arrive(url));
    }
    (StatusCode::ACCEPTED, "0: Accepted for delivery")
}

/// Tells the sender that the SMS arrived: Kannel's status 1.
async fn arrive(url: String) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let told = match url.replace("%d", "1").parse() {
        Ok(url) => client.get(url).await.map(drop).map_err(anyhow::Error::from),
        Err(error) => Err(anyhow::Error::from(error)),
    };
    if let Err(error) = told {
        tracing::warn!(%error, "stack.receipt_unheard");
    }
}

async fn take_call(State(kept): State<Arc<Kept>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    lock(&kept.calls).push(Call { headers, body });
    StatusCode::NO_CONTENT
}

fn lock<T>(kept: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
