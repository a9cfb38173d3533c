//! The one place where this service's errors become [`ApiError`]s.

use winner_messaging::RequestError;
use winner_platform::{ApiError, FieldViolation};

use crate::commands::resolve::ResolveError;

/// An error of a read.
pub(super) fn store(error: sqlx::Error) -> ApiError {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => ApiError::unavailable("postgres", error),
        error => ApiError::internal(error),
    }
}

fn request(error: RequestError) -> ApiError {
    match error {
        RequestError::DifferentBody(_) => ApiError::invalid(vec![FieldViolation::new(
            "request_id",
            "DIFFERENT_BODY",
            "This request id was used before for another request: choose a new one.",
        )]),
        RequestError::RequestId => ApiError::invalid(vec![FieldViolation::new(
            "request_id",
            "LENGTH",
            "A request id has 1 to 128 bytes.",
        )]),
        RequestError::Store(error) => store(error),
        error => ApiError::internal(error),
    }
}

/// An error of settling an unknown message.
pub(super) fn resolve(error: ResolveError, name: &str) -> ApiError {
    match error {
        ResolveError::NotFound => ApiError::not_found("winner.notification.v1/Message", name),
        ResolveError::NotUnknown => ApiError::precondition(
            "MESSAGE_NOT_UNKNOWN",
            name,
            "Only a message whose fate is unknown can be settled.",
        ),
        ResolveError::Request(error) => request(error),
        ResolveError::Store(error) => store(error),
        error @ ResolveError::Outbox(_) => ApiError::internal(error),
    }
}
