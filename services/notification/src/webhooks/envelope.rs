//! Which events may be told outside, and how one becomes the body of a delivery.

use uuid::Uuid;
use winner_messaging::Received;
use winner_notification_core::webhook::cloud_event::{BodyError, Event, body};
use winner_notification_core::webhook::filter::{EventType, Subject};
use winner_platform::BusinessTime;
use winner_proto::event::{EVENTS, Visibility};

/// The type of test events; no aggregate of ours says it.
const TEST_TYPE: &str = "winner.notification.webhook.tested.v1";

/// Every PUBLIC event type.
pub fn public_types() -> Vec<EventType> {
    EVENTS
        .iter()
        .filter(|event| event.visibility == Visibility::Public)
        .map(|event| EventType {
            service: event.service,
            aggregate: event.aggregate,
            name: event.name,
            version: event.version,
        })
        .collect()
}

/// Whether this event may be told outside: its aggregate type is PUBLIC in the contracts of this version.
pub fn is_public(event: &Received) -> bool {
    EVENTS.iter().any(|known| {
        known.visibility == Visibility::Public
            && known.service == event.service
            && known.aggregate == event.aggregate
    })
}

/// The CloudEvents type of an event.
pub fn event_type(event: &Received) -> String {
    let Received {
        service,
        aggregate,
        name,
        version,
        ..
    } = event;
    format!("winner.{service}.{aggregate}.{name}.v{version}")
}

/// The subject of an event; `version` is its version as in `v1`.
pub fn subject<'a>(event: &'a Received, version: &'a str) -> Subject<'a> {
    Subject::new(
        &event.service,
        &event.aggregate,
        &event.name,
        version,
        &event.aggregate_id,
    )
}

/// What is sent of an event.
///
/// # Errors
/// [`BodyError`]
pub fn body_of(event: &Received, edition: &str) -> Result<String, BodyError> {
    body(&Event {
        id: event.id,
        service: &event.service,
        kind: &event_type(event),
        subject: Some(&event.aggregate_id),
        time: event.time.as_offset(),
        edition,
        counter: Some((event.counter.epoch, event.counter.count)),
        data: &event.payload,
    })
}

/// What is sent as a test: its type, and the body.
///
/// # Errors
/// [`BodyError`]
pub fn test_body(
    id: Uuid,
    endpoint: Uuid,
    edition: &str,
    now: BusinessTime,
) -> Result<(&'static str, String), BodyError> {
    let text = body(&Event {
        id,
        service: "notification",
        kind: TEST_TYPE,
        subject: Some(&endpoint.to_string()),
        time: now.as_offset(),
        edition,
        counter: None,
        data: b"{}",
    })?;
    Ok((TEST_TYPE, text))
}
