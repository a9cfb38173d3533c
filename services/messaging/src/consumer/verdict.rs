//! What becomes of a message after its event was looked at.

use std::time::Duration;

use crate::reaction::ReactionError;

/// The answer to the broker, and to the pull loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Settled: applied, seen before, held, or a dead letter. Never delivered again.
    Ack,
    /// To be delivered again after a pause.
    Later(Duration),
    /// Something needed is away: stop pulling and probe.
    Unavailable(String),
}

/// Why an event was not applied, for the consumer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Not the event's fault.
    Away(String),
    /// The event's own.
    Rejected(&'static str, String),
}

impl From<ReactionError> for Failure {
    fn from(error: ReactionError) -> Self {
        match error {
            ReactionError::Unavailable { dependency, detail } => {
                tracing::debug!(dependency, detail, "inbox.unavailable");
                Self::Away(dependency)
            }
            ReactionError::Store(error) => error.into(),
            ReactionError::Rejected { code, detail } => Self::Rejected(code, detail),
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        if is_events_own(&error) {
            Self::Rejected("store", error.to_string())
        } else {
            tracing::warn!(error = &error as &dyn std::error::Error, "inbox.store_away");
            Self::Away("store".to_owned())
        }
    }
}

/// Whether the database refused this event's data, as opposed to being away, busy, or not yet
/// migrated: those would turn every event into a dead letter.
fn is_events_own(error: &sqlx::Error) -> bool {
    match error {
        // 22: data, 23: integrity, P0: raised by a trigger.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            ["22", "23", "P0"]
                .iter()
                .any(|class| code.starts_with(class))
        }),
        sqlx::Error::RowNotFound
        | sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_) => true,
        _ => false,
    }
}
