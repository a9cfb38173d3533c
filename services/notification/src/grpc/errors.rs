//! The one place where this service's errors become [`ApiError`]s.

use winner_platform::ApiError;
use winner_platform::pg::database_error;

use crate::commands::resolve::ResolveError;

/// An error of settling an unknown message.
pub(super) fn resolve(error: ResolveError, name: &str) -> ApiError {
    match error {
        ResolveError::NotFound => ApiError::not_found("winner.notification.v1/Message", name),
        ResolveError::NotUnknown => ApiError::precondition(
            "MESSAGE_NOT_UNKNOWN",
            name,
            "Only a message whose fate is unknown can be settled.",
        ),
        ResolveError::Request(error) => error.into(),
        ResolveError::Store(error) => database_error(error),
        error @ ResolveError::Outbox(_) => ApiError::internal(error),
    }
}
