//! The body of a delivery: a CloudEvent 1.0 in the JSON format, structured mode.

use serde::Serialize;
use serde::de::IgnoredAny;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

/// The media type of the body.
pub const CONTENT_TYPE: &str = "application/cloudevents+json";

/// What a body is made of. The attributes are those of the same event on the broker.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// The event's id.
    pub id: Uuid,
    /// The service that said it.
    pub service: &'a str,
    /// `winner.<service>.<aggregate>.<event>.v<version>`.
    pub kind: &'a str,
    /// Which aggregate it is about; left out where it is about none.
    pub subject: Option<&'a str>,
    /// Business time at which it happened.
    pub time: OffsetDateTime,
    /// Its edition.
    pub edition: &'a str,
    /// The epoch of its aggregate's counter and its number there, from 1; an endpoint that sees number 5
    /// after 3 knows that 4 is still on its way.
    pub counter: Option<(i32, i64)>,
    /// The data, JSON, exactly as published.
    pub data: &'a [u8],
}

/// Why no body can be written.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The data is not JSON.
    #[error("the event's data is not JSON")]
    Data(#[source] serde_json::Error),
    /// The time lies outside the years that RFC 3339 can write.
    #[error("the event's time cannot be written")]
    Time,
    /// The attributes cannot be written.
    #[error("the event's attributes cannot be written")]
    Attributes(#[source] serde_json::Error),
}

#[derive(Serialize)]
struct Attributes<'a> {
    specversion: &'static str,
    id: Uuid,
    source: String,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    time: String,
    datacontenttype: &'static str,
    edition: &'a str,
    // Integers of CloudEvents have 32 bits; the counter is text on the broker, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<String>,
}

/// Writes the body.
///
/// # Errors
/// [`BodyError`]
pub fn body(event: &Event<'_>) -> Result<String, BodyError> {
    // The data is checked and then copied as it is: numbers and the order of fields stay as published.
    serde_json::from_slice::<IgnoredAny>(event.data).map_err(BodyError::Data)?;
    let data = str::from_utf8(event.data).map_err(|_| BodyError::Attributes(not_text()))?;
    let attributes = Attributes {
        specversion: "1.0",
        id: event.id,
        source: format!("/{}", event.service),
        kind: event.kind,
        subject: event.subject,
        time: event.time.format(&Rfc3339).map_err(|_| BodyError::Time)?,
        datacontenttype: "application/json",
        edition: event.edition,
        epoch: event.counter.map(|(epoch, _)| epoch.to_string()),
        count: event.counter.map(|(_, count)| count.to_string()),
    };
    let mut text = serde_json::to_string(&attributes).map_err(BodyError::Attributes)?;
    text.pop();
    text.push_str(",\"data\":");
    text.push_str(data);
    text.push('}');
    Ok(text)
}

fn not_text() -> serde_json::Error {
    serde::de::Error::custom("not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(data: &[u8]) -> Event<'_> {
        Event {
            id: Uuid::from_u128(7),
            service: "intake",
            kind: "winner.intake.submission.submitted.v1",
            subject: Some("73.71 \"x\""),
            time: OffsetDateTime::from_unix_timestamp(1_795_000_000).unwrap(),
            edition: "contoh-2026",
            counter: Some((1, 3_000_000_000)),
            data,
        }
    }

    #[test]
    fn a_body_is_a_cloud_event_with_the_data_as_published() {
        insta::assert_snapshot!(body(&event(br#"{"versionNumber": 1.10}"#)).unwrap());
    }

    #[test]
    fn what_is_no_json_is_not_sent() {
        for data in [&b""[..], b"{", b"{} {}", b"\xff", b"\"\xff\""] {
            assert!(body(&event(data)).is_err(), "{data:?}");
        }
    }
}
