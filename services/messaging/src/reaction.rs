//! What a service does when an event arrives.

use std::future::Future;

use crate::received::Received;
use crate::unit::Unit;

/// The reactions of one consumer: one implementation per [`crate::ConsumerSpec`].
///
/// Every event of the consumer's aggregates comes here, each once and in the order of its
/// aggregate; ignore those that mean nothing to you (prepare nothing, apply nothing).
pub trait Reactions: Send + Sync + 'static {
    /// What [`Self::prepare`] looked up for [`Self::apply`].
    type Prepared: Send;

    /// Looks up what is needed from elsewhere, by gRPC. Outside any transaction; may run several
    /// times for one event, so it changes nothing.
    ///
    /// # Errors
    /// [`ReactionError::Unavailable`] when whoever has the answer does not give it now.
    fn prepare(
        &self,
        event: &Received,
    ) -> impl Future<Output = Result<Self::Prepared, ReactionError>> + Send;

    /// Fetches the aggregate's present state instead of trusting what was seen of it. Called when
    /// the producer was restored from a backup (events seen before may never have happened), when
    /// it no longer keeps the events missed, and for aggregates that [`Self::is_replaced`].
    /// Unless the consumer keeps a copy of the aggregate, the default is right.
    ///
    /// # Errors
    /// As [`Self::prepare`].
    fn prepare_state(
        &self,
        event: &Received,
    ) -> impl Future<Output = Result<Self::Prepared, ReactionError>> + Send {
        self.prepare(event)
    }

    /// Makes the effects, and appends the events they cause, in the transaction that moves the
    /// cursor. No call to another process here.
    ///
    /// # Errors
    /// [`ReactionError::Rejected`] when this event can never be applied as it is.
    fn apply(
        &self,
        unit: &mut Unit,
        event: &Received,
        prepared: Self::Prepared,
    ) -> impl Future<Output = Result<(), ReactionError>> + Send;

    /// Whether an event of this aggregate type that fails for good is replaced by
    /// [`Self::prepare_state`] instead of becoming a dead letter.
    fn is_replaced(&self, _aggregate: &str) -> bool {
        false
    }
}

/// Why an event has not been applied.
#[derive(Debug, thiserror::Error)]
pub enum ReactionError {
    /// Something this needs is not there now. Not an attempt: the consumer stops pulling, probes,
    /// and goes on when it is back.
    #[error("{dependency} is unavailable: {detail}")]
    Unavailable {
        /// What is missing.
        dependency: String,
        /// What it said; for the log.
        detail: String,
    },
    /// The database refused. Lost connections, lock and statement time-outs, deadlocks count as
    /// unavailable; the rest as the event's own failure.
    #[error("the store refused")]
    Store(#[from] sqlx::Error),
    /// The event itself cannot be applied. Counted; after the configured number of times it is a
    /// dead letter.
    #[error("rejected ({code}): {detail}")]
    Rejected {
        /// A stable code; kept with the dead letter, shown to the operator.
        code: &'static str,
        /// More, for the log only. No personal data.
        detail: String,
    },
}

impl ReactionError {
    /// The dependency is not there now.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers pass a status, an error or a text as it comes"
    )]
    pub fn unavailable(dependency: impl Into<String>, detail: impl ToString) -> Self {
        Self::Unavailable {
            dependency: dependency.into(),
            detail: detail.to_string(),
        }
    }

    /// The event can never be applied as it is.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers pass a status, an error or a text as it comes"
    )]
    pub fn rejected(code: &'static str, detail: impl ToString) -> Self {
        Self::Rejected {
            code,
            detail: detail.to_string(),
        }
    }
}
