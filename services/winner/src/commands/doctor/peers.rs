//! The services as they call each other, shown by calling: with the caller's own key, where the
//! caller's settings say.

use futures::future::join_all;
use tonic::{Code, Status};
use winner_platform::auth::{AuthConfig, TokenSigner};
use winner_platform::grpc::client::{self, AuthorisedChannel, PeerConfig};
use winner_proto::events::v1::ListEventsRequest;
use winner_proto::events::v1::event_log_service_client::EventLogServiceClient;

use super::Finding;
use super::settings::Raw;
use crate::registry::service;

/// Whoever answers at all answers within this.
const PATIENCE_MS: u64 = 3_000;

pub(super) async fn examine(settings: &[(&str, Raw)]) -> Vec<Finding> {
    let calls = settings.iter().flat_map(|(caller, raw)| {
        let peers = service(caller).map_or(&[][..], |known| known.peers);
        peers.iter().filter_map(move |peer| {
            let config: PeerConfig = raw.section(&["peers", peer])?;
            let auth: AuthConfig = raw.section(&["auth"])?;
            let (signer, _verifier) = auth.keys(caller).ok()?;
            Some(one(caller, peer, config, signer))
        })
    });
    join_all(calls).await
}

async fn one(caller: &str, peer: &str, mut config: PeerConfig, signer: TokenSigner) -> Finding {
    let subject = format!("{caller} calls {peer}");
    let url = config.url.clone();
    config.timeout_ms = PATIENCE_MS;
    let status = match client::channel(&config, signer, peer) {
        Ok(channel) => ask(channel).await,
        Err(error) => {
            let remedy = format!("correct {caller}'s peers.{peer}");
            return Finding::bad(subject, anyhow::Error::from(error), &remedy);
        }
    };
    match status.code() {
        Code::Unavailable | Code::DeadlineExceeded | Code::Unknown => Finding::odd(
            subject,
            format_args!("nobody answers at {url}; {caller} waits for it where it must ask"),
            &format!(
                "start `winner {peer}`, or correct {caller}'s peers.{peer}.url; a process that runs \
                 and is not ready says why in its log (`health.not_ready`)"
            ),
        ),
        Code::Unauthenticated => Finding::bad(
            subject,
            format_args!("{peer} at {url} does not accept {caller}'s key"),
            &format!(
                "write {caller}'s public key into {peer}'s auth.trusted_keys_file, then restart {peer}: \
                 it reads the file at its start"
            ),
        ),
        _ => Finding::good(subject, format_args!("{url} answers")),
    }
}

/// Asks for an aggregate type that no service has: the answer only shows that the caller is known.
async fn ask(channel: AuthorisedChannel) -> Status {
    let nothing = ListEventsRequest {
        aggregate_type: "doctor".to_owned(),
        page_size: 1,
        ..ListEventsRequest::default()
    };
    let asked = EventLogServiceClient::new(channel)
        .list_events(nothing)
        .await;
    asked.err().unwrap_or_else(|| Status::ok("listed"))
}
