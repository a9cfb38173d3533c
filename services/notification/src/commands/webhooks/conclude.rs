//! Records what came of attempts, a batch in one transaction: the deliveries, the attempts, and how their
//! endpoints stand.

use std::collections::HashMap;
use std::time::Duration;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;
use winner_messaging::Ledger;
use winner_messaging::Origin;
use winner_notification_core::webhook::answer::{Attempted, Verdict};
use winner_notification_core::webhook::fate::{Fate, fate};
use winner_notification_core::webhook::health::{DisabledReason, Health, Standing, pause};
use winner_notification_core::webhook::ladder::Draw;

use crate::domain::message::Fence;
use crate::metrics;
use crate::points;
use crate::store::webhooks::deliveries::skip_pending;
use crate::store::webhooks::outcomes::{self, Outcome, Stands, Underway};

/// What came of one attempt.
#[derive(Debug, Clone)]
pub struct Report {
    /// The delivery.
    pub delivery_id: Uuid,
    /// Its endpoint.
    pub endpoint_id: Uuid,
    /// The claim under which it was made.
    pub fence: Fence,
    /// What came of it.
    pub attempted: Attempted,
    /// When it began (real time).
    pub began_at: OffsetDateTime,
    /// When it ended.
    pub ended_at: OffsetDateTime,
}

/// An endpoint that was disabled by what is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disabled {
    /// The endpoint.
    pub endpoint_id: Uuid,
    /// Its edition.
    pub edition_id: String,
    /// Why.
    pub reason: DisabledReason,
}

/// How an endpoint stands while a batch is gone through.
struct Seen {
    health: Health,
    pause: Option<Duration>,
    disabled: Option<DisabledReason>,
    served: bool,
}

/// Records the reports whose claims still hold. Says which endpoints are off from now on.
///
/// # Errors
/// The database's; nothing is recorded then.
pub async fn conclude(
    ledger: &Ledger,
    mut reports: Vec<Report>,
) -> Result<Vec<Disabled>, sqlx::Error> {
    reports.sort_by_key(|report| report.ended_at);
    let mut unit = ledger.begin(Origin::job("webhooks", ledger.ids())).await?;
    let affected = affected(unit.conn(), &reports).await?;
    let called = outcomes::lock_called(unit.conn(), &affected).await?;
    let delivery_ids: Vec<Uuid> = reports.iter().map(|report| report.delivery_id).collect();
    let underway: HashMap<Uuid, Underway> = outcomes::lock_underway(unit.conn(), &delivery_ids)
        .await?
        .into_iter()
        .map(|one| (one.delivery_id, one))
        .collect();
    let mut seen: HashMap<Uuid, Seen> = called
        .iter()
        .map(|one| {
            let seen = Seen {
                health: one.health,
                pause: None,
                disabled: None,
                served: one.served,
            };
            (one.endpoint_id, seen)
        })
        .collect();
    let mut written = Vec::with_capacity(reports.len());
    for report in &reports {
        // Whoever reports under a lapsed claim is not believed: somebody else makes this delivery now.
        let Some(delivery) = underway
            .get(&report.delivery_id)
            .filter(|delivery| delivery.fence == report.fence)
        else {
            continue;
        };
        if let Some(endpoint) = seen.get_mut(&report.endpoint_id) {
            endpoint.take(report);
        }
        written.push((report, delivery));
    }
    let outcomes: Vec<Outcome> = written
        .iter()
        .map(|(report, delivery)| {
            let served = seen
                .get(&report.endpoint_id)
                .is_some_and(|endpoint| endpoint.served && endpoint.disabled.is_none());
            outcome(report, delivery, served, Draw::new(ledger.ids().seed()))
        })
        .collect();
    outcomes::save(unit.conn(), &outcomes).await?;
    points::hit("webhooks.save.after").await;
    let mut disabled = Vec::new();
    for endpoint in &called {
        let Some(seen) = seen.get(&endpoint.endpoint_id) else {
            continue;
        };
        let now_off = seen.disabled.filter(|_| endpoint.served);
        let stands = Stands {
            endpoint_id: endpoint.endpoint_id,
            health: seen.health,
            pause: seen.pause,
            disabled: now_off.map(DisabledReason::code),
            notice_id: now_off.map(|_| ledger.ids().uuid()),
        };
        outcomes::stand(unit.conn(), &stands).await?;
        if let Some(reason) = now_off {
            skip_pending(unit.conn(), endpoint.endpoint_id).await?;
            disabled.push(Disabled {
                endpoint_id: endpoint.endpoint_id,
                edition_id: endpoint.edition_id.clone(),
                reason,
            });
        }
    }
    points::hit("webhooks.commit.before").await;
    unit.commit().await?;
    for outcome in &outcomes {
        metrics::called(outcome.state);
    }
    for one in &disabled {
        tracing::warn!(
            webhook_id = %one.endpoint_id,
            edition_id = one.edition_id,
            reason = one.reason.code(),
            "webhook.disabled"
        );
    }
    Ok(disabled)
}

/// The endpoints that these reports say something new of. Successes of an endpoint that is well change nothing, and
/// its row stays free for the next claims.
async fn affected(conn: &mut PgConnection, reports: &[Report]) -> Result<Vec<Uuid>, sqlx::Error> {
    let (well, ill): (Vec<&Report>, Vec<&Report>) = reports
        .iter()
        .partition(|report| report.attempted.verdict() == Verdict::Delivered);
    let well: Vec<Uuid> = well.iter().map(|report| report.endpoint_id).collect();
    let mut affected = outcomes::failing(conn, &well).await?;
    affected.extend(ill.iter().map(|report| report.endpoint_id));
    affected.sort_unstable();
    affected.dedup();
    Ok(affected)
}

impl Seen {
    fn take(&mut self, report: &Report) {
        let verdict = report.attempted.verdict();
        self.pause = self.pause.max(pause(verdict));
        match self.health.after(verdict, report.ended_at) {
            Standing::Called(health) => self.health = health,
            Standing::Disabled(reason) => self.disabled = self.disabled.or(Some(reason)),
        }
    }
}

/// What becomes of a delivery; where its endpoint is off, what would be tried again waits to be replayed.
fn outcome(report: &Report, delivery: &Underway, served: bool, draw: Draw) -> Outcome {
    let verdict = report.attempted.verdict();
    let (state, failed, wait) = match fate(verdict, delivery.failed, draw) {
        Fate::Delivered => ("delivered", delivery.failed, Duration::ZERO),
        Fate::Again { failed, wait } if served => ("pending", failed, wait),
        Fate::Again { failed, .. } => ("skipped", failed, Duration::ZERO),
        Fate::Dead { failed } => ("dead", failed, Duration::ZERO),
    };
    let (status, reason) = match &report.attempted {
        Attempted::Answered { status, .. } => {
            let reason = match verdict {
                Verdict::Delivered => None,
                Verdict::Gone => Some("gone"),
                Verdict::Busy { .. } => Some("busy"),
                Verdict::Failed { .. } | Verdict::Lost => Some("refused"),
            };
            (Some(*status), reason)
        }
        Attempted::Unanswered(fault) => (None, Some(fault.code())),
    };
    Outcome {
        delivery_id: report.delivery_id,
        attempt: delivery.attempt,
        state,
        failed,
        status,
        outcome: report.attempted.code(),
        reason,
        wait,
        began_at: report.began_at,
        ended_at: report.ended_at,
    }
}
