//! A service's ledger: where its transactions begin and its relay is woken.

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::Notify;
use winner_platform::clock::Clock;
use winner_platform::ids::Ids;
use winner_platform::telemetry;

use crate::received::Received;
use crate::unit::Unit;

/// The pool, the ids, the clock and the relay's wake of one service. Cheap to clone; clones share
/// the wake.
#[derive(Clone, Debug)]
pub struct Ledger {
    pool: PgPool,
    ids: Ids,
    clock: Clock,
    wake: Arc<Notify>,
}

impl Ledger {
    /// The ledger in the first schema of the pool's `search_path`.
    pub fn new(pool: PgPool, ids: Ids, clock: Clock) -> Self {
        Self {
            pool,
            ids,
            clock,
            wake: Arc::new(Notify::new()),
        }
    }

    /// Opens a transaction whose events will say where they come from.
    ///
    /// # Errors
    /// When no connection is to be had in time.
    pub async fn begin(&self, origin: Origin) -> Result<Unit, sqlx::Error> {
        let tx = self.pool.begin().await?;
        Ok(Unit::new(tx, self.clone(), origin))
    }

    /// The pool, for reads outside a unit.
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The ids of this service.
    pub const fn ids(&self) -> &Ids {
        &self.ids
    }

    /// The clock of this service.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Tells this process's relay that something was committed.
    pub(crate) fn wake_relay(&self) {
        self.wake.notify_one();
    }

    /// Waits for the next commit of this process.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Begins a new epoch: after a backup was restored, and before the service starts, so that
    /// readers know that what they saw may never have happened. Returns the new epoch.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn raise_epoch(&self) -> Result<i32, sqlx::Error> {
        sqlx::query_scalar!(
            "update ledger_epoch
             set epoch = epoch + 1
             returning epoch"
        )
        .fetch_one(&self.pool)
        .await
    }
}

/// Where the events of a unit come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Names the chain of causes.
    pub correlation: String,
    /// The event or request that directly caused them.
    pub causation: Option<String>,
    /// W3C trace context.
    pub traceparent: Option<String>,
}

impl Origin {
    /// The request now being answered: `correlation` names it (its `request_id`, or a new id), the
    /// trace is the current span's.
    pub fn request(correlation: impl Into<String>) -> Self {
        Self {
            correlation: correlation.into(),
            causation: None,
            traceparent: telemetry::current_traceparent(),
        }
    }

    /// A reaction to `event`.
    pub fn event(event: &Received) -> Self {
        Self {
            correlation: event.correlation.clone(),
            causation: Some(event.id.to_string()),
            traceparent: telemetry::current_traceparent().or_else(|| event.traceparent.clone()),
        }
    }

    /// Work that time causes: `name` is the job's.
    pub fn job(name: &str, ids: &Ids) -> Self {
        Self {
            correlation: format!("{name}:{}", ids.uuid()),
            causation: None,
            traceparent: telemetry::current_traceparent(),
        }
    }
}
