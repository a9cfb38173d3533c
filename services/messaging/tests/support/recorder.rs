//! Reactions that write down what they were given, and fail when told to.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use winner_messaging::{ReactionError, Reactions, Received, Unit};

use super::LabelPrinted;

/// What the recorder wrote about one event, in the order of writing.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Seen {
    pub(crate) aggregate_id: String,
    pub(crate) epoch: i32,
    pub(crate) count: i64,
    pub(crate) state: bool,
}

/// Shared between the copies of a consumer.
#[derive(Clone, Default)]
pub(crate) struct Recorder {
    /// Events that cannot be applied, by aggregate id and count.
    pub(crate) poison: Arc<Mutex<HashSet<(String, i64)>>>,
    /// Aggregates whose events are not prepared as long as they are in here.
    pub(crate) stuck: Arc<Mutex<HashSet<String>>>,
    /// What `prepare` asks is away.
    pub(crate) away: Arc<AtomicBool>,
    /// How often it was asked while away.
    pub(crate) probes: Arc<AtomicU32>,
    /// Every event causes one of the consumer's own.
    pub(crate) answers: bool,
    /// Aggregates are replaced, never parked.
    pub(crate) replaced: bool,
}

impl Recorder {
    pub(crate) fn poison(&self, aggregate_id: &str, count: i64) {
        self.poison
            .lock()
            .unwrap()
            .insert((aggregate_id.to_owned(), count));
    }

    pub(crate) fn heal(&self) {
        self.poison.lock().unwrap().clear();
    }
}

impl Reactions for Recorder {
    type Prepared = bool;

    async fn prepare(&self, event: &Received) -> Result<bool, ReactionError> {
        while self.stuck.lock().unwrap().contains(&event.aggregate_id) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if self.away.load(Ordering::SeqCst) {
            self.probes.fetch_add(1, Ordering::SeqCst);
            return Err(ReactionError::unavailable("scales", "switched off"));
        }
        Ok(false)
    }

    async fn prepare_state(&self, _event: &Received) -> Result<bool, ReactionError> {
        Ok(true)
    }

    async fn apply(
        &self,
        unit: &mut Unit,
        event: &Received,
        state: bool,
    ) -> Result<(), ReactionError> {
        sqlx::query(
            "insert into seen (event_id, aggregate_id, epoch, count, state) values ($1, $2, $3, $4, $5)",
        )
        .bind(event.id)
        .bind(&event.aggregate_id)
        .bind(event.counter.epoch)
        .bind(event.counter.count)
        .bind(state)
        .execute(unit.conn())
        .await?;
        if self.answers {
            unit.append(&event.aggregate_id, None, &LabelPrinted::default())
                .await
                .map_err(|error| ReactionError::rejected("unanswered", error))?;
        }
        let poisoned = self
            .poison
            .lock()
            .unwrap()
            .contains(&(event.aggregate_id.clone(), event.counter.count));
        if poisoned && !state {
            return Err(ReactionError::rejected("poisoned", "told to"));
        }
        Ok(())
    }

    fn is_replaced(&self, _aggregate: &str) -> bool {
        self.replaced
    }
}
