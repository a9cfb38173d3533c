//! `/receipts/{gateway}/{secret}`: what the gateway says became of messages. Whoever lacks the secret
//! learns nothing, not even whether there is such a gateway.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;
use uuid::Uuid;
use winner_messaging::Ledger;
use winner_notification_core::sms::gateway::{Call, CallError, Gateway, Meaning, ReceiptSeen};

use super::config::ReceiptsRoute;
use crate::commands::receive::receive;
use crate::domain::channel::Channel;
use crate::domain::message::Receipt;
use crate::domain::reason::Reason;
use crate::http::Proxies;
use crate::store::receipts::Heard;

/// Takes the receipts of one gateway.
pub struct ReceiptsDesk {
    /// Where they are kept.
    pub ledger: Ledger,
    /// Who sends them.
    pub gateway: Gateway,
    /// Where they come in.
    pub route: ReceiptsRoute,
    /// Whose word about the caller's address is believed.
    pub proxies: Proxies,
    /// Rings when some have come.
    pub heard: Arc<Notify>,
}

/// The routes of a gateway's receipts.
pub fn routes(desk: ReceiptsDesk) -> Router {
    Router::new()
        .route("/receipts/{gateway}/{secret}", get(take).post(take))
        .with_state(Arc::new(desk))
}

async fn take(
    State(desk): State<Arc<ReceiptsDesk>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((gateway, secret)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if gateway != desk.route.gateway || !same(&secret, desk.route.secret.expose_secret()) {
        return StatusCode::NOT_FOUND;
    }
    let from = desk.proxies.caller(peer.ip(), &headers);
    let seen = match desk.read(from, query.as_deref().unwrap_or_default(), &headers, &body) {
        Ok(seen) => seen,
        Err(error) => {
            tracing::warn!(gateway, %error, "receipts.refused");
            return match error {
                CallError::From | CallError::Signature => StatusCode::FORBIDDEN,
                CallError::Form => StatusCode::BAD_REQUEST,
                CallError::TooMany => StatusCode::PAYLOAD_TOO_LARGE,
            };
        }
    };
    let heard: Vec<Heard> = seen.into_iter().filter_map(heard).collect();
    if heard.is_empty() {
        return StatusCode::NO_CONTENT;
    }
    match receive(&desk.ledger, Channel::Sms, &gateway, heard).await {
        Ok(true) => {
            desk.heard.notify_one();
            StatusCode::NO_CONTENT
        }
        Ok(false) => {
            tracing::error!(gateway, "receipts.too_many_wait");
            StatusCode::SERVICE_UNAVAILABLE
        }
        Err(error) => {
            tracing::warn!(gateway, %error, "receipts.not_kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

impl ReceiptsDesk {
    fn read(
        &self,
        from: IpAddr,
        query: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Vec<ReceiptSeen>, CallError> {
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect();
        let base = self.route.url.expose_secret();
        let called = if query.is_empty() {
            base.to_owned()
        } else {
            format!("{base}?{query}")
        };
        self.gateway.receipts(&Call {
            url: &called,
            query,
            headers: &headers,
            body,
            from,
        })
    }
}

/// What is kept of a receipt; `None` where it says nothing that matters, or names a message of nobody's.
fn heard(seen: ReceiptSeen) -> Option<Heard> {
    let receipt = match seen.meaning {
        Meaning::Nothing => return None,
        Meaning::Accepted => Receipt::Accepted,
        Meaning::Delivered => Receipt::Delivered,
        Meaning::Lost => Receipt::Lost(Reason::Returned),
        Meaning::NoSubscriber => Receipt::Lost(Reason::MailboxUnknown),
    };
    let own = seen.reference.as_deref().and_then(read_reference);
    // One name suffices; ours says which attempt it was.
    let provider_id = seen.id.filter(|_| own.is_none());
    (own.is_some() || provider_id.is_some()).then_some(Heard {
        provider_id,
        own,
        said: seen.status,
        receipt,
    })
}

/// Our own name of an attempt, as gateways are given it.
pub fn reference(message_id: Uuid, attempt: i32) -> String {
    format!("{}-{attempt}", message_id.simple())
}

fn read_reference(reference: &str) -> Option<(Uuid, i32)> {
    let (id, attempt) = reference.split_once('-')?;
    let attempt = attempt.parse().ok().filter(|attempt| *attempt >= 1)?;
    let id = Some(id).filter(|id| id.len() == 32)?;
    Some((Uuid::try_parse(id).ok()?, attempt))
}

/// Compares secrets by their hashes, so that the time tells nothing.
fn same(one: &str, other: &str) -> bool {
    Sha256::digest(one) == Sha256::digest(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_an_attempt() {
        let id = Uuid::parse_str("0199a1b2-c3d4-7000-8000-00000000abcd").unwrap();
        let written = reference(id, 3);
        assert_eq!(written, "0199a1b2c3d47000800000000000abcd-3");
        assert_eq!(read_reference(&written), Some((id, 3)));
        for forged in [
            "",
            "-1",
            "x-1",
            "0199a1b2c3d47000800000000000abcd-0",
            "0199a1b2c3d47000800000000000abcd",
            "0199a1b2-c3d4-7000-8000-00000000abcd-1",
        ] {
            assert_eq!(read_reference(forged), None, "{forged}");
        }
    }
}
