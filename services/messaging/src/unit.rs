//! One transaction and the events it makes true.

use sqlx::{PgConnection, Postgres, Transaction};

use winner_proto::event::Event;

use crate::ledger::{Ledger, Origin};
use crate::outbox::{self, Appended, Batch, OutboxError};
use crate::points;

/// A transaction on the service's schema. Dropped without [`Unit::commit`], nothing happened.
///
/// Locks are taken in one order: the request ([`Unit::claim_request`]), then aggregates by type and
/// id ([`Unit::lock_aggregates`] when there are several), then whatever the service locks last.
#[derive(Debug)]
pub struct Unit {
    tx: Transaction<'static, Postgres>,
    ledger: Ledger,
    origin: Origin,
    appended: u32,
}

impl Unit {
    pub(crate) const fn new(
        tx: Transaction<'static, Postgres>,
        ledger: Ledger,
        origin: Origin,
    ) -> Self {
        Self {
            tx,
            ledger,
            origin,
            appended: 0,
        }
    }

    /// The connection, for the service's own SQL.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Where this unit's events come from.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Writes `event` into the outbox as the next one of its aggregate, whose counter row is locked
    /// until the transaction ends.
    ///
    /// # Errors
    /// [`OutboxError::TooLarge`] over 64 KiB, [`OutboxError::AggregateId`] when the id is empty or
    /// over 200 bytes, [`OutboxError::Store`] when the database refuses.
    pub async fn append<E: Event>(
        &mut self,
        aggregate_id: &str,
        edition: Option<&str>,
        event: &E,
    ) -> Result<Appended, OutboxError> {
        points::hit("unit.append.before").await;
        let appended = outbox::append(
            &mut self.tx,
            &self.origin,
            self.ledger.ids().uuid(),
            self.ledger.clock().business(),
            aggregate_id,
            edition,
            event,
        )
        .await?;
        self.appended += 1;
        points::hit("unit.append.after").await;
        Ok(appended)
    }

    /// Writes a batch of events, each the next one of its aggregate, in one statement.
    ///
    /// # Errors
    /// [`OutboxError::TooMany`] over 500, [`OutboxError::Store`] when the database refuses.
    pub async fn append_all(&mut self, batch: Batch) -> Result<(), OutboxError> {
        if batch.is_empty() {
            return Ok(());
        }
        points::hit("unit.append.before").await;
        let amount = u32::try_from(batch.len()).unwrap_or(u32::MAX);
        let (ids, now) = (self.ledger.ids(), self.ledger.clock().business());
        outbox::append_all(&mut self.tx, &self.origin, ids, now, batch).await?;
        self.appended = self.appended.saturating_add(amount);
        points::hit("unit.append.after").await;
        Ok(())
    }

    /// Locks the counter rows of several aggregates of one type, in the order of their ids, so that
    /// two units that touch the same ones never wait for each other in a ring. At most 500.
    ///
    /// # Errors
    /// [`OutboxError::TooMany`] over 500, [`OutboxError::Store`] when the database refuses.
    pub async fn lock_aggregates(
        &mut self,
        aggregate: &str,
        ids: &[String],
    ) -> Result<(), OutboxError> {
        outbox::lock_aggregates(&mut self.tx, aggregate, ids).await
    }

    /// Ends the transaction: its changes and its events are true from here on. Wakes the relay.
    ///
    /// # Errors
    /// When the database does not confirm: whether it happened is then unknown, and a retry with
    /// the same request id finds out.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        points::hit("unit.commit.before").await;
        self.tx.commit().await?;
        points::hit("unit.commit.after").await;
        if self.appended > 0 {
            self.ledger.wake_relay();
        }
        Ok(())
    }
}
