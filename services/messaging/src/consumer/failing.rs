//! An event that could not be applied: whose fault it is, how often it was the event's, and what
//! becomes of it and of those behind it.

use crate::consumer::cursor;
use crate::consumer::delivery::Kept;
use crate::consumer::inlet::{How, Inlet};
use crate::consumer::verdict::{Failure, Verdict};
use crate::consumer::{attempts, parking};
use crate::ledger::Origin;
use crate::reaction::Reactions;
use crate::received::Received;
use crate::{metrics, points};

impl<R: Reactions> Inlet<R> {
    /// An event could not be applied: whose fault is it, and how often was it the event's?
    pub(super) async fn unapplied(
        &self,
        event: &Received,
        kept: &Kept,
        failure: Failure,
    ) -> Verdict {
        let (code, detail) = match failure {
            Failure::Away(dependency) => return Verdict::Unavailable(dependency),
            Failure::Rejected(code, detail) => (code, detail),
        };
        let counted = attempts::count(self.ledger.pool(), self.spec.name, event, code).await;
        points::hit("inbox.attempt.after").await;
        let failures = match counted {
            Ok(failures) => failures,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "inbox.store_away");
                return Verdict::Unavailable("store".to_owned());
            }
        };
        metrics::received(&self.spec, "rejected");
        tracing::warn!(
            consumer = self.spec.name,
            event = %event.id,
            kind = event.name,
            aggregate = event.aggregate,
            aggregate_id = event.aggregate_id,
            counter = %event.counter,
            code,
            detail,
            failures,
            "inbox.rejected"
        );
        if failures < i32::from(self.config.attempts) {
            return Verdict::Later(self.backoff(failures));
        }
        let settled = if self.reactions.is_replaced(&event.aggregate) {
            self.replace(event).await
        } else {
            self.bury(event, kept, code).await
        };
        match settled {
            Ok(verdict) => verdict,
            Err(Failure::Away(dependency)) => Verdict::Unavailable(dependency),
            Err(Failure::Rejected(code, detail)) => {
                tracing::error!(consumer = self.spec.name, event = %event.id, code, detail, "inbox.unsettled");
                Verdict::Later(self.backoff(failures))
            }
        }
    }

    /// An aggregate that never parks: its copy is replaced by its present state.
    async fn replace(&self, event: &Received) -> Result<Verdict, Failure> {
        self.apply(event, How::State).await?;
        metrics::received(&self.spec, "replaced");
        Ok(Verdict::Ack)
    }

    /// The event becomes a dead letter, and its aggregate waits.
    async fn bury(&self, event: &Received, kept: &Kept, cause: &str) -> Result<Verdict, Failure> {
        points::hit("inbox.dead.before").await;
        let mut unit = self.ledger.begin(Origin::event(event)).await?;
        let cursor = cursor::lock(unit.conn(), self.spec.name, event).await?;
        if event.counter <= cursor.counter {
            return Ok(Verdict::Ack);
        }
        if cursor.parked {
            return Ok(Verdict::Later(self.shortly()));
        }
        let id = self.ledger.ids().uuid();
        parking::bury(unit.conn(), id, self.spec.name, event, kept, cause).await?;
        unit.commit().await?;
        points::hit("inbox.dead.after").await;
        metrics::dead_letter(&self.spec, cause);
        tracing::error!(
            consumer = self.spec.name,
            dead_letter = %id,
            event = %event.id,
            aggregate = event.aggregate,
            aggregate_id = event.aggregate_id,
            cause,
            "inbox.dead_letter"
        );
        Ok(Verdict::Ack)
    }

    /// Keeps an event behind the dead letter of its aggregate.
    pub(super) async fn hold(&self, event: &Received, kept: &Kept) -> Verdict {
        match self.try_hold(event, kept).await {
            Ok(verdict) => verdict,
            Err(failure) => self.unapplied(event, kept, failure).await,
        }
    }

    async fn try_hold(&self, event: &Received, kept: &Kept) -> Result<Verdict, Failure> {
        let mut unit = self.ledger.begin(Origin::event(event)).await?;
        let cursor = cursor::lock(unit.conn(), self.spec.name, event).await?;
        if event.counter <= cursor.counter {
            return Ok(Verdict::Ack);
        }
        if !cursor.parked {
            return Ok(Verdict::Later(self.shortly()));
        }
        parking::hold(unit.conn(), self.spec.name, event, kept).await?;
        unit.commit().await?;
        points::hit("inbox.hold.after").await;
        metrics::received(&self.spec, "held");
        Ok(Verdict::Ack)
    }
}
