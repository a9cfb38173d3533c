//! Settling dead letters when an operator asks for it, and then, in order, what they held up.
//!
//! Every step is a transaction of its own that locks the cursor, so the process may be killed
//! between any two, and two copies may do it at once.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use winner_platform::lifecycle::Shutdown;

use crate::consumer::cursor;
use crate::consumer::delivery::Kept;
use crate::consumer::inlet::Inlet;
use crate::consumer::parking::{self, Asked, Parked};
use crate::consumer::verdict::Failure;
use crate::ledger::Origin;
use crate::reaction::Reactions;
use crate::received::Received;
use crate::{metrics, points};

/// How often the operator's wishes are looked for.
const POLL: Duration = Duration::from_secs(1);

/// How an event out of its turn is applied.
enum Due<'a> {
    /// A dead letter, as was asked.
    Dead(&'a Asked),
    /// An event that was held, or that the log has between held ones.
    Held,
}

impl<R: Reactions> Inlet<R> {
    /// Looks for what was asked until `shutdown`.
    pub(super) async fn revive_until(
        self: Arc<Self>,
        shutdown: Shutdown,
    ) -> Result<(), Infallible> {
        tokio::select! {
            biased;
            () = shutdown.hard.cancelled() => {}
            () = self.revive_forever(&shutdown) => {}
        }
        Ok(())
    }

    async fn revive_forever(&self, shutdown: &Shutdown) {
        loop {
            let pause = self.ledger.ids().jittered(POLL);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = shutdown.soft.cancelled() => return,
            }
            if let Err(failure) = self.revive().await {
                tracing::warn!(
                    consumer = self.spec.name,
                    ?failure,
                    "dead_letters.not_settled_now"
                );
            }
        }
    }

    async fn revive(&self) -> Result<(), Failure> {
        for asked in parking::asked(self.ledger.pool(), self.spec.name).await? {
            points::hit("revive.asked.after").await;
            self.settle(&asked).await?;
        }
        for parked in parking::released(self.ledger.pool(), self.spec.name).await? {
            self.drain(&parked).await?;
        }
        Ok(())
    }

    /// Does with a dead letter what was asked.
    async fn settle(&self, asked: &Asked) -> Result<(), Failure> {
        let event = match asked.kept.event() {
            Ok(event) => event,
            Err(_) if asked.skip => {
                let mut unit = self
                    .ledger
                    .begin(Origin::job("dead_letters", self.ledger.ids()))
                    .await?;
                parking::settle(unit.conn(), asked.id, true).await?;
                unit.commit().await?;
                return Ok(());
            }
            Err(error) => {
                parking::reopen(self.ledger.pool(), asked.id, error.code()).await?;
                return Ok(());
            }
        };
        match self.apply_due(&event, &Due::Dead(asked)).await {
            Ok(()) => {
                metrics::received(&self.spec, if asked.skip { "skipped" } else { "revived" });
                tracing::info!(consumer = self.spec.name, dead_letter = %asked.id, skipped = asked.skip, "dead_letters.settled");
                Ok(())
            }
            Err(Failure::Rejected(code, detail)) => {
                tracing::error!(consumer = self.spec.name, dead_letter = %asked.id, code, detail, "dead_letters.failed_again");
                parking::reopen(self.ledger.pool(), asked.id, code).await?;
                Ok(())
            }
            Err(away) => Err(away),
        }
    }

    /// Applies, in order, what an aggregate has held; reads from the log what lies between.
    async fn drain(&self, parked: &Parked) -> Result<(), Failure> {
        loop {
            let Some(kept) =
                parking::first_held(self.ledger.pool(), self.spec.name, parked).await?
            else {
                return self.unpark(parked).await;
            };
            let held = kept
                .event()
                .map_err(|error| Failure::Rejected(error.code(), error.to_string()))?;
            let seen = cursor::peek(self.ledger.pool(), self.spec.name, &held).await?;
            let due = if held.counter <= seen.counter || seen.counter.continues_with(held.counter) {
                vec![held]
            } else {
                let log = self
                    .log
                    .list(&held.aggregate, &held.aggregate_id, seen.counter);
                let listed = log.await?.events;
                // What the log no longer has stays missing: the held event is taken by its state.
                if listed.is_empty() {
                    vec![held]
                } else {
                    listed
                }
            };
            for event in due {
                if !self.drain_one(&event).await? {
                    return Ok(());
                }
            }
        }
    }

    /// Applies one event that was held up; one that fails is the aggregate's next dead letter, and
    /// then `false`.
    async fn drain_one(&self, event: &Received) -> Result<bool, Failure> {
        match self.apply_due(event, &Due::Held).await {
            Ok(()) => {
                metrics::received(&self.spec, "released");
                Ok(true)
            }
            Err(Failure::Rejected(code, detail)) => {
                tracing::error!(consumer = self.spec.name, event = %event.id, code, detail, "dead_letters.held_failed");
                self.bury_held(event, code).await?;
                Ok(false)
            }
            Err(away) => Err(away),
        }
    }

    /// Applies an event of a parked aggregate, and releases what is settled by it.
    async fn apply_due(&self, event: &Received, due: &Due<'_>) -> Result<(), Failure> {
        let skip = matches!(due, Due::Dead(asked) if asked.skip);
        let peeked = cursor::peek(self.ledger.pool(), self.spec.name, event).await?;
        let prepared = if skip {
            None
        } else if peeked.counter.continues_with(event.counter) {
            Some(self.reactions.prepare(event).await?)
        } else {
            Some(self.reactions.prepare_state(event).await?)
        };
        points::hit("revive.prepare.after").await;
        let mut unit = self.ledger.begin(Origin::event(event)).await?;
        let cursor = cursor::lock(unit.conn(), self.spec.name, event).await?;
        points::hit("revive.begin.after").await;
        if let Due::Dead(asked) = due
            && !parking::settle(unit.conn(), asked.id, asked.skip).await?
        {
            return Ok(());
        }
        let mut seen = cursor.counter;
        if event.counter > seen {
            if let Some(prepared) = prepared {
                self.reactions.apply(&mut unit, event, prepared).await?;
            }
            points::hit("revive.apply.after").await;
            cursor::advance(unit.conn(), self.spec.name, event).await?;
            seen = event.counter;
        }
        parking::release(unit.conn(), self.spec.name, &Self::aggregate(event), seen).await?;
        points::hit("revive.release.after").await;
        unit.commit().await?;
        points::hit("revive.commit.after").await;
        if !skip && event.counter > cursor.counter {
            metrics::took_effect(&self.spec, event, self.ledger.clock().business());
        }
        Ok(())
    }

    /// A held event failed: it takes the place of the dead letter before it.
    async fn bury_held(&self, event: &Received, cause: &str) -> Result<(), Failure> {
        let kept = Kept::logged(&self.naming, event);
        let mut unit = self.ledger.begin(Origin::event(event)).await?;
        let cursor = cursor::lock(unit.conn(), self.spec.name, event).await?;
        if event.counter <= cursor.counter {
            return Ok(());
        }
        let id = self.ledger.ids().uuid();
        parking::bury(unit.conn(), id, self.spec.name, event, &kept, cause).await?;
        parking::release(
            unit.conn(),
            self.spec.name,
            &Self::aggregate(event),
            event.counter,
        )
        .await?;
        unit.commit().await?;
        points::hit("revive.bury.after").await;
        metrics::dead_letter(&self.spec, cause);
        Ok(())
    }

    /// Ends the parking of an aggregate that holds nothing.
    async fn unpark(&self, parked: &Parked) -> Result<(), Failure> {
        let mut unit = self
            .ledger
            .begin(Origin::job("dead_letters", self.ledger.ids()))
            .await?;
        let seen = cursor::lock_aggregate(
            unit.conn(),
            self.spec.name,
            &parked.aggregate_type,
            &parked.aggregate_id,
        )
        .await?;
        parking::release(unit.conn(), self.spec.name, parked, seen.counter).await?;
        unit.commit().await?;
        Ok(())
    }
}
