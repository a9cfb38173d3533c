//! A message as it is kept: subject, headers and data, readable without the broker.

use bytes::Bytes;

use crate::envelope::{self, EnvelopeError, Headers};
use crate::naming::Naming;
use crate::received::Received;

/// What is kept of a message that becomes a dead letter or is held.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) subject: String,
    pub(super) headers: serde_json::Value,
    pub(super) payload: Bytes,
}

impl Kept {
    /// From a message of the broker.
    pub(super) fn message(message: &async_nats::Message) -> Self {
        Self::new(
            message.subject.to_string(),
            envelope::from_nats(message.headers.as_ref()),
            message.payload.clone(),
        )
    }

    /// From an event that came from its producer's log.
    pub(super) fn logged(naming: &Naming, event: &Received) -> Self {
        let subject = naming.subject(
            &event.service,
            &event.aggregate,
            &event.name,
            event.version,
            &event.aggregate_id,
        );
        Self::new(subject, envelope::headers(event), event.payload.clone())
    }

    fn new(subject: String, headers: Headers, payload: Bytes) -> Self {
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name, serde_json::Value::String(value)))
            .collect();
        Self {
            subject,
            headers: serde_json::Value::Object(headers),
            payload,
        }
    }

    /// The event in it.
    pub(super) fn event(&self) -> Result<Received, EnvelopeError> {
        let headers = self
            .headers
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect();
        envelope::parse(&headers, self.payload.clone())
    }
}
