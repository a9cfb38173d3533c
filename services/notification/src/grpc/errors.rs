//! The one place where this service's errors become [`ApiError`]s.

use winner_platform::ApiError;
use winner_platform::pg::database_error;

use crate::commands::one_message::ChangeError;
use crate::commands::stop::StopError;
use crate::commands::webhooks::WebhookError;
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

/// An error about an endpoint.
pub(super) fn webhook(error: WebhookError, name: &str) -> ApiError {
    match error {
        WebhookError::NotFound => ApiError::not_found("winner.notification.v1/Endpoint", name),
        WebhookError::NoDelivery => ApiError::not_found("winner.notification.v1/Delivery", name),
        WebhookError::Off => ApiError::precondition(
            "WEBHOOKS_OFF",
            name,
            "This installation serves no webhooks: its operator has to set webhooks.key_file.",
        ),
        WebhookError::Disabled => ApiError::precondition(
            "ENDPOINT_DISABLED",
            name,
            "The endpoint is disabled: enable it first.",
        ),
        WebhookError::TooMany(most) => ApiError::precondition(
            "TOO_MANY_ENDPOINTS",
            name,
            format!("An edition has at most {most} endpoints: delete one first."),
        ),
        WebhookError::TooSoon => ApiError::exhausted("TESTED_A_MOMENT_AGO")
            .retry_after(crate::commands::webhooks::test::PAUSE),
        WebhookError::Target(error) => {
            ApiError::invalid_field("url", "URL_NOT_ALLOWED", error.to_string())
        }
        WebhookError::Filter(error) => {
            ApiError::invalid_field("subjects", "INVALID_SUBJECTS", error.to_string())
        }
        WebhookError::Range { field, what } => ApiError::invalid_field(field, "OUT_OF_RANGE", what),
        WebhookError::Request(error) => error.into(),
        WebhookError::Store(error) => database_error(error),
        error @ (WebhookError::Secret(_)
        | WebhookError::Seal(_)
        | WebhookError::Open(_)
        | WebhookError::Body(_)) => ApiError::internal(error),
    }
}
