//! Queues one PUBLIC event for every endpoint of its edition that wants it, in the transaction that takes it.

use uuid::Uuid;
use winner_messaging::{ReactionError, Received, Unit};
use winner_notification_core::webhook::filter::{EventType, Filter, Subject};
use winner_platform::Ids;

use crate::store::webhooks::deliveries::{self, NewEvent};
use crate::webhooks::envelope;

/// Queues the event. An event that comes again queues nothing new. Says how many deliveries were new.
///
/// # Errors
/// [`ReactionError::Store`]; [`ReactionError::Rejected`] for an event that is no JSON.
pub async fn fan_out(unit: &mut Unit, event: &Received, ids: &Ids) -> Result<u64, ReactionError> {
    let Some(edition) = event
        .edition
        .as_deref()
        .filter(|edition| !edition.is_empty())
    else {
        return Ok(0);
    };
    // The streams hold nothing else; this is for the day on which a type's visibility changes.
    if !envelope::is_public(event) {
        return Ok(0);
    }
    let mut endpoints = deliveries::interested(unit.conn(), edition).await?;
    if endpoints.is_empty() {
        return Ok(0);
    }
    let public = envelope::public_types();
    let version = format!("v{}", event.version);
    let subject = envelope::subject(event, &version);
    endpoints.retain(|endpoint| wants(&endpoint.subjects, &subject, &public));
    if endpoints.is_empty() {
        return Ok(0);
    }
    let body = envelope::body_of(event, edition)
        .map_err(|error| ReactionError::rejected("no_cloud_event", error))?;
    let new = NewEvent {
        event_id: event.id,
        edition_id: edition,
        event_type: &envelope::event_type(event),
        body: &body,
        traceparent: event.traceparent.as_deref(),
        deliveries: &endpoints.iter().map(|_| ids.uuid()).collect::<Vec<Uuid>>(),
        endpoints: &endpoints
            .iter()
            .map(|endpoint| endpoint.endpoint_id)
            .collect::<Vec<_>>(),
        served: &endpoints
            .iter()
            .map(|endpoint| endpoint.served)
            .collect::<Vec<_>>(),
    };
    let created = deliveries::create(unit.conn(), &new).await?;
    tracing::info!(event_id = %event.id, edition_id = edition, created, "webhook.queued");
    Ok(created)
}

/// Patterns are read one by one, so that one that a newer version no longer knows takes none of the others along.
fn wants(patterns: &[String], subject: &Subject<'_>, public: &[EventType]) -> bool {
    patterns.iter().any(|pattern| {
        Filter::parse([pattern.as_str()], public).is_ok_and(|filter| filter.wants(subject))
    })
}
