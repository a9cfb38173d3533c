//! Fields of requests that several RPCs have.

use uuid::Uuid;
use winner_platform::{ApiError, FieldViolation};
use winner_proto::notification::v1::Channel as WireChannel;

use crate::domain::channel::Channel;

/// One field is wrong.
pub(super) fn invalid(field: &str, reason: &'static str, description: &str) -> ApiError {
    ApiError::invalid(vec![FieldViolation::new(field, reason, description)])
}

/// An id, or nothing.
pub(super) fn optional_id(field: &str, text: &str) -> Result<Option<Uuid>, ApiError> {
    if text.is_empty() {
        return Ok(None);
    }
    Uuid::parse_str(text)
        .map(Some)
        .map_err(|_| invalid(field, "MALFORMED", "must be an id"))
}

/// A channel that people are reached on, or nothing.
pub(super) fn channel(asked: i32) -> Result<Option<Channel>, ApiError> {
    match WireChannel::try_from(asked) {
        Ok(WireChannel::Unspecified) => Ok(None),
        Ok(WireChannel::Email) => Ok(Some(Channel::Email)),
        Ok(WireChannel::Sms) => Ok(Some(Channel::Sms)),
        Ok(WireChannel::Webhook) | Err(_) => Err(invalid(
            "channel",
            "UNKNOWN_CHANNEL",
            "must be EMAIL or SMS",
        )),
    }
}

/// 1 to 500; 0 means 100.
pub(super) fn page_size(asked: i32) -> Result<u16, ApiError> {
    match asked {
        0 => Ok(100),
        1..=500 => u16::try_from(asked).map_err(ApiError::internal),
        _ => Err(invalid("page_size", "OUT_OF_RANGE", "must be 0 to 500")),
    }
}

/// A token is the id of the last message of the page before.
pub(super) fn page_token(token: &str) -> Result<Option<Uuid>, ApiError> {
    if token.is_empty() {
        return Ok(None);
    }
    Uuid::parse_str(token)
        .map(Some)
        .map_err(|_| invalid("page_token", "MALFORMED", "must come from the page before"))
}
