//! Publishing what is true: one relay per service at a time, in order, and nothing forgotten.
//!
//! Each copy of a service runs one; a transaction-scoped advisory lock, taken per turn, decides
//! which of them works, so failover is free. Woken by this process's commits; polling finds those
//! of the others.

mod fate;
mod message;
mod singly;
mod store;
mod streams;
mod together;
mod turn;
mod window;

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use winner_platform::lifecycle::Shutdown;
use winner_proto::event::Visibility;

use crate::config::NodeConfig;
use crate::ledger::Ledger;
use crate::naming::Naming;
use crate::relay::streams::Streams;
use crate::relay::turn::Outcome;

/// First pause when another copy is the relay: it may have read before our rows were visible.
const BUSY_PAUSE: Duration = Duration::from_millis(10);
/// First pause when the broker or the database does not answer.
const AWAY_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause of either kind.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A turn that came to nothing because the database did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RelayError {
    #[error("the outbox cannot be read or moved")]
    Store(#[from] sqlx::Error),
}

/// The relay of one service in one process.
#[derive(Debug)]
pub(crate) struct Relay {
    ledger: Ledger,
    jetstream: jetstream::Context,
    service: &'static str,
    config: Arc<NodeConfig>,
    naming: Naming,
    streams: Streams,
    /// A batch is not known to be stored or not: until that is settled, events go singly.
    in_doubt: bool,
}

impl Relay {
    pub(crate) fn new(
        ledger: Ledger,
        mut jetstream: jetstream::Context,
        service: &'static str,
        config: Arc<NodeConfig>,
    ) -> Self {
        // What this context waits for an acknowledgement is its time-out for everything.
        jetstream.set_timeout(Duration::from_millis(config.relay_ack_timeout_ms));
        let naming = config.naming();
        let streams = Streams::new(vec![
            naming.stream(service, Visibility::Public),
            naming.stream(service, Visibility::Internal),
        ]);
        Self {
            ledger,
            jetstream,
            service,
            config,
            naming,
            streams,
            in_doubt: false,
        }
    }

    fn ack_timeout(&self) -> Duration {
        Duration::from_millis(self.config.relay_ack_timeout_ms)
    }

    /// Runs until `shutdown`: at its soft stage what is committed is published, then it ends.
    pub(crate) async fn run(mut self, shutdown: Shutdown) -> Result<(), std::convert::Infallible> {
        let hard = shutdown.hard.clone();
        tokio::select! {
            biased;
            () = hard.cancelled() => {}
            () = self.relay(&shutdown) => {}
        }
        Ok(())
    }

    async fn relay(&mut self, shutdown: &Shutdown) {
        let mut fruitless = 0_u32;
        loop {
            let outcome = self.next_turn().await;
            if shutdown.soft.is_cancelled() && outcome != Outcome::Moved {
                return;
            }
            fruitless = match outcome {
                Outcome::Moved | Outcome::Idle => 0,
                _ => fruitless.saturating_add(1),
            };
            let poll = Duration::from_millis(self.config.relay_poll_ms);
            match outcome {
                Outcome::Moved => {}
                Outcome::Idle | Outcome::Stuck => {
                    let poll = self.ledger.ids().jittered(poll);
                    tokio::select! {
                        () = self.ledger.woken() => {}
                        () = tokio::time::sleep(poll) => {}
                        () = shutdown.soft.cancelled() => {}
                    }
                }
                Outcome::Busy => self.pause(BUSY_PAUSE, fruitless, shutdown).await,
                Outcome::BrokerAway => self.pause(AWAY_PAUSE, fruitless, shutdown).await,
            }
        }
    }

    /// One turn, unless the broker is known to be away: then nothing is locked or sent.
    async fn next_turn(&mut self) -> Outcome {
        if !crate::node::is_connected(&self.jetstream.client()) {
            return Outcome::BrokerAway;
        }
        self.turn().await.unwrap_or_else(|error| {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "relay.turn_failed"
            );
            Outcome::BrokerAway
        })
    }

    async fn pause(&self, first: Duration, fruitless: u32, shutdown: &Shutdown) {
        let doubled =
            first.saturating_mul(2_u32.saturating_pow(fruitless.saturating_sub(1).min(10)));
        let pause = self.ledger.ids().jittered(doubled.min(LONGEST_PAUSE));
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shutdown.soft.cancelled() => {}
        }
    }
}
