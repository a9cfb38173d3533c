//! Claims deliveries that are due, fairly over endpoints, and makes each on a task of its own.
//!
//! An endpoint that hangs holds its few places until its time-out, and one place once it has failed; the many
//! others are the others'. So what one dead endpoint costs the rest is its share of the places.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::task::TaskTracker;
use tracing::Instrument;
use tracing::field::Empty;
use winner_notification_core::webhook::answer::{Attempted, Verdict};
use winner_notification_core::webhook::secret::Secret;
use winner_platform::Shutdown;
use winner_platform::telemetry::{Cause, caused_by};

use super::Serving;
use crate::commands::webhooks::conclude::Report;
use crate::points;
use crate::store::webhooks::claims::{self, DeliveryClaim};
use crate::webhooks::Call;
use crate::webhooks::keyring::OpenError;

/// Deliveries claimed at once.
const BATCH: usize = 64;
/// Endpoints that have their turn at once.
const ENDPOINTS: i64 = 64;
/// The first pause while the database is in trouble; doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Serves endpoints.
pub struct Dispatcher {
    /// What the jobs share.
    pub serving: Serving,
    /// Where reports go.
    pub reports: mpsc::Sender<Report>,
    /// How long a claim lasts.
    pub lease: Duration,
    /// How often the queue is looked at when nothing wakes us.
    pub poll: Duration,
}

impl Dispatcher {
    /// Serves until `shutdown`: at its soft stage nothing new is claimed and what is under way is finished; at its
    /// hard stage it is let go, and made again when its lease has run out.
    pub async fn run(self, shutdown: Shutdown) {
        let places = Arc::new(Semaphore::new(self.serving.config.at_once.into()));
        let calls = TaskTracker::new();
        let dispatcher = Arc::new(self);
        let mut pause = FIRST_PAUSE;
        while let Some(first) = place(&places, &shutdown).await {
            // Nobody else takes places, so those that are free stay free.
            let free = places.available_permits() + 1;
            match dispatcher.claim(free.min(BATCH)).await {
                Ok(claims) if claims.is_empty() => {
                    drop(first);
                    dispatcher.wait(&shutdown).await;
                    pause = FIRST_PAUSE;
                }
                Ok(claims) => {
                    let mut first = Some(first);
                    for claim in claims {
                        let place = first
                            .take()
                            .or_else(|| Arc::clone(&places).try_acquire_owned().ok());
                        let made = Arc::clone(&dispatcher).make(claim);
                        let made = shutdown.hard.clone().run_until_cancelled_owned(made);
                        calls.spawn(async move {
                            made.await;
                            drop(place);
                        });
                    }
                    pause = FIRST_PAUSE;
                }
                Err(error) => {
                    tracing::warn!(%error, "webhook.claim.failed");
                    let wait = dispatcher.serving.ledger.ids().jittered(pause);
                    shutdown
                        .soft
                        .run_until_cancelled(tokio::time::sleep(wait))
                        .await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
        calls.close();
        calls.wait().await;
    }

    async fn claim(&self, limit: usize) -> Result<Vec<DeliveryClaim>, sqlx::Error> {
        let Serving { ledger, config, .. } = &self.serving;
        let mut tx = ledger.pool().begin().await?;
        let endpoints = claims::lock_endpoints(&mut tx, config.pace(), ENDPOINTS).await?;
        if endpoints.is_empty() {
            return Ok(Vec::new());
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let claims = claims::claim(&mut tx, &endpoints, config.pace(), limit, self.lease).await?;
        tx.commit().await?;
        points::hit("webhooks.claim.after").await;
        Ok(claims)
    }

    /// Makes one delivery and reports.
    async fn make(self: Arc<Self>, claim: DeliveryClaim) {
        let span = tracing::info_span!(
            "webhook.deliver",
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = "POST",
            http.response.status_code = Empty,
            delivery_id = %claim.delivery_id,
            webhook_id = %claim.endpoint_id,
            attempt = claim.attempt,
        );
        caused_by(
            &span,
            claim.traceparent.as_deref().map(|traceparent| Cause {
                traceparent,
                redelivered: claim.attempt > 1,
            }),
        );
        let secrets = match self.secrets(&claim) {
            Ok(secrets) => secrets,
            Err(error) => {
                // An operator's mistake, made good without losing an attempt once the lease has run out.
                tracing::error!(webhook_id = %claim.endpoint_id, %error, "webhook.secret.sealed");
                return;
            }
        };
        points::hit("webhooks.call.before").await;
        let began_at = self.serving.ledger.clock().real();
        let call = Call {
            id: claim.delivery_id,
            url: &claim.url,
            body: &claim.body,
            secrets: &secrets,
            at: began_at.as_offset(),
        };
        let calling = self.serving.caller.call(call);
        let attempted = calling.instrument(span.clone()).await;
        points::hit("webhooks.call.after").await;
        if let Attempted::Answered { status, .. } = &attempted {
            span.record("http.response.status_code", *status);
        }
        if attempted.verdict() != Verdict::Delivered {
            span.record("otel.status_code", "ERROR");
            tracing::debug!(
                delivery_id = %claim.delivery_id,
                outcome = attempted.code(),
                "webhook.not_delivered"
            );
        }
        drop(span);
        let report = Report {
            delivery_id: claim.delivery_id,
            endpoint_id: claim.endpoint_id,
            fence: claim.fence,
            attempted,
            began_at: began_at.as_offset(),
            ended_at: self.serving.ledger.clock().real().as_offset(),
        };
        if self.reports.send(report).await.is_err() {
            tracing::warn!(delivery_id = %claim.delivery_id, "webhook.report.unheard");
        }
    }

    /// The secrets that sign, the newest first.
    fn secrets(&self, claim: &DeliveryClaim) -> Result<Vec<Secret>, OpenError> {
        let keyring = &self.serving.keyring;
        [Some(&claim.secret), claim.old.as_ref()]
            .into_iter()
            .flatten()
            .map(|sealed| keyring.open(claim.endpoint_id, sealed))
            .collect()
    }

    async fn wait(&self, shutdown: &Shutdown) {
        let poll = self.serving.ledger.ids().jittered(self.poll);
        tokio::select! {
            () = shutdown.soft.cancelled() => {}
            () = tokio::time::sleep(poll) => {}
            () = self.serving.wake.of_webhooks().notified() => {}
        }
    }
}

/// Waits for a free place; `None` at the stop.
async fn place(places: &Arc<Semaphore>, shutdown: &Shutdown) -> Option<OwnedSemaphorePermit> {
    tokio::select! {
        biased;
        () = shutdown.soft.cancelled() => None,
        place = Arc::clone(places).acquire_owned() => place.ok(),
    }
}
