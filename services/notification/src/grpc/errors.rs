//! The one place where this service's errors become [`ApiError`]s.

use winner_platform::ApiError;
use winner_platform::pg::database_error;

use crate::commands::one_message::ChangeError;
use crate::commands::stop::StopError;
use crate::directory::DirectoryError;

/// An error of deciding about one message.
pub(super) fn change(error: ChangeError, name: &str) -> ApiError {
    match error {
        ChangeError::NotFound => ApiError::not_found("winner.notification.v1/Message", name),
        ChangeError::NotUnknown => ApiError::precondition(
            "MESSAGE_NOT_UNKNOWN",
            name,
            "Only a message whose fate is unknown can be settled.",
        ),
        ChangeError::NotStoppable => ApiError::precondition(
            "MESSAGE_NOT_STOPPABLE",
            name,
            "Only a message that waits, or has not passed the point of no return, can be stopped.",
        ),
        ChangeError::NotResendable => ApiError::precondition(
            "MESSAGE_NOT_RESENDABLE",
            name,
            "Only a message that did not arrive can be sent again; settle one that is unknown.",
        ),
        ChangeError::Contacts(error) => contacts(error),
        ChangeError::Request(error) => error.into(),
        ChangeError::Store(error) => database_error(error),
        error @ ChangeError::Outbox(_) => ApiError::internal(error),
    }
}

/// An error of stopping the messages of an event.
pub(super) fn stop(error: StopError) -> ApiError {
    match error {
        StopError::Request(error) => error.into(),
        StopError::Store(error) => database_error(error),
        error @ StopError::Outbox(_) => ApiError::internal(error),
    }
}

fn contacts(error: DirectoryError) -> ApiError {
    match error {
        error @ DirectoryError::Unavailable(_) => ApiError::unavailable("intake", error),
        error @ (DirectoryError::Refused(_) | DirectoryError::Incomplete(_)) => {
            ApiError::internal(error)
        }
    }
}
