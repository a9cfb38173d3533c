//! Fields of requests that several RPCs have.

use uuid::Uuid;
use winner_platform::{ApiError, FieldViolation};
use winner_proto::notification::v1::Channel as WireChannel;

use crate::domain::channel::Channel;
use crate::store::unreached::NoticeKey;

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

/// A token is the key of the last notice of the page before.
pub(super) fn notice_token(token: &str) -> Result<NoticeKey, ApiError> {
    if token.is_empty() {
        return Ok(NoticeKey::first());
    }
    let read = || {
        let mut parts = token.splitn(3, '/');
        let event_id = Uuid::parse_str(parts.next()?).ok()?;
        let recipient_id = Uuid::parse_str(parts.next()?).ok()?;
        let template = parts.next().filter(|id| is_template(id))?.to_owned();
        Some(NoticeKey {
            event_id,
            recipient_id,
            template,
        })
    };
    read().ok_or_else(|| invalid("page_token", "MALFORMED", "must come from the page before"))
}

/// The token of a notice's key.
pub(super) fn to_token(key: &NoticeKey) -> String {
    format!("{}/{}/{}", key.event_id, key.recipient_id, key.template)
}

fn is_template(text: &str) -> bool {
    text.len() <= 100 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_as_its_notice_and_nothing_else_does() {
        let key = NoticeKey {
            event_id: Uuid::from_u128(1),
            recipient_id: Uuid::from_u128(2),
            template: "submission_received".to_owned(),
        };
        assert_eq!(notice_token(&to_token(&key)).unwrap(), key);
        for wrong in ["x", "a/b/c", &to_token(&key).to_uppercase(), "1/2"] {
            assert!(notice_token(wrong).is_err(), "{wrong}");
        }
    }
}
