//! Brings one claimed message to the relay: waits for a free connection, delivers, reports.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;
use tracing::field::Empty;
use winner_platform::Shutdown;
use winner_platform::telemetry::caused_by;

use super::sender::Carrier;
use crate::commands::conclude::Ended;
use crate::directory::Reach;
use crate::domain::message::BrokenOff;
use crate::points;
use crate::store::claims::Claim;

/// Delivers over a limited number of connections.
pub struct Courier<C> {
    /// What speaks to the next server.
    pub carrier: Arc<C>,
    /// Where reports go.
    pub reports: mpsc::Sender<Ended>,
    /// One permit for every message that may be sent at once.
    pub connections: Arc<Semaphore>,
    /// A claim older than this is given back: what is left of its lease may not suffice.
    pub fresh_for: Duration,
}

/// A claimed message on its way.
pub struct Parcel {
    /// The claim.
    pub claim: Claim,
    /// How its recipient is reached; `None` where intake knows nobody.
    pub reach: Option<Reach>,
    /// When it was claimed.
    pub claimed_at: Instant,
    /// Its place among the messages claimed ahead.
    pub place: Option<OwnedSemaphorePermit>,
}

impl<C: Carrier> Courier<C> {
    /// The same, for a delivery of its own.
    #[must_use]
    pub fn another(&self) -> Self {
        Self {
            carrier: Arc::clone(&self.carrier),
            reports: self.reports.clone(),
            connections: Arc::clone(&self.connections),
            fresh_for: self.fresh_for,
        }
    }

    /// Delivers a message and reports, or gives it back untried at the stop or when it waited too long.
    pub async fn bring(self, parcel: Parcel, shutdown: Shutdown) {
        let Parcel {
            claim,
            reach,
            claimed_at,
            place,
        } = parcel;
        let waiting = Arc::clone(&self.connections).acquire_owned();
        let free = tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => None,
            free = timeout_at(claimed_at + self.fresh_for, waiting) => free.ok().and_then(Result::ok),
        };
        if free.is_none() {
            self.give_back(&claim, BrokenOff::Untried).await;
            return;
        }
        let span = tracing::info_span!(
            "message.deliver",
            otel.kind = "client",
            otel.status_code = Empty,
            channel = self.carrier.channel().code(),
            message_id = %claim.message_id,
            attempt = claim.attempt,
        );
        caused_by(&span, claim.cause());
        let delivery = self.carrier.deliver(claim, reach).instrument(span.clone());
        let end = shutdown.hard.run_until_cancelled(delivery).await.flatten();
        if !end.as_ref().is_some_and(Ended::is_sent) {
            span.record("otel.status_code", "ERROR");
        }
        drop(span);
        if let Some(end) = end {
            self.report(end).await;
            points::hit("sender.report.after").await;
        }
        drop((free, place));
    }

    /// Reports that a claimed message was not sent.
    pub async fn give_back(&self, claim: &Claim, end: BrokenOff) {
        self.report(Ended::broken_off(claim, end)).await;
    }

    async fn report(&self, end: Ended) {
        let message_id = end.message_id;
        if self.reports.send(end).await.is_err() {
            tracing::warn!(%message_id, "message.report.unheard");
        }
    }
}
