//! Resource names: `editions/{edition}` and `editions/{edition}/messages/{message}`.

use uuid::Uuid;
use winner_platform::{ApiError, FieldViolation};

/// The edition of `editions/{edition}`.
pub(super) fn edition<'a>(field: &str, name: &'a str) -> Result<&'a str, ApiError> {
    name.strip_prefix("editions/")
        .filter(|edition| is_slug(edition))
        .ok_or_else(|| malformed(field, "editions/{edition}"))
}

/// The edition and the message of `editions/{edition}/messages/{message}`.
pub(super) fn message<'a>(field: &str, name: &'a str) -> Result<(&'a str, Uuid), ApiError> {
    name.strip_prefix("editions/")
        .and_then(|rest| rest.split_once("/messages/"))
        .filter(|(edition, _)| is_slug(edition))
        .and_then(|(edition, message)| Some((edition, Uuid::parse_str(message).ok()?)))
        .ok_or_else(|| malformed(field, "editions/{edition}/messages/{message}"))
}

/// The edition and the endpoint of `editions/{edition}/webhooks/{webhook}`.
pub(super) fn webhook<'a>(field: &str, name: &'a str) -> Result<(&'a str, Uuid), ApiError> {
    name.strip_prefix("editions/")
        .and_then(|rest| rest.split_once("/webhooks/"))
        .filter(|(edition, _)| is_slug(edition))
        .and_then(|(edition, webhook)| Some((edition, Uuid::parse_str(webhook).ok()?)))
        .ok_or_else(|| malformed(field, "editions/{edition}/webhooks/{webhook}"))
}

/// 3 to 40 of `a-z0-9-`, as editions are named.
fn is_slug(text: &str) -> bool {
    (3..=40).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn malformed(field: &str, pattern: &str) -> ApiError {
    ApiError::invalid(vec![FieldViolation::new(
        field,
        "MALFORMED_NAME",
        format!("must look like {pattern}"),
    )])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_once() {
        let id = "01990000-0000-7000-8000-000000000001";
        let name = format!("editions/contoh-2026/messages/{id}");
        let (edition_id, message_id) = message("name", &name).unwrap();
        assert_eq!(
            (edition_id, message_id.to_string().as_str()),
            ("contoh-2026", id)
        );
        assert_eq!(
            edition("parent", "editions/contoh-2026").unwrap(),
            "contoh-2026"
        );
        for wrong in [
            "",
            "editions/",
            "editions/A B",
            "editions/x/messages/1",
            "editions/-",
        ] {
            assert!(edition("parent", wrong).is_err(), "{wrong}");
            assert!(message("name", wrong).is_err(), "{wrong}");
        }
    }
}
