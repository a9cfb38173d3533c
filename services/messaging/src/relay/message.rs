//! An event as a message for the broker.

use async_nats::HeaderMap;
use bytes::Bytes;

use crate::envelope;
use crate::relay::Relay;
use crate::stored::StoredEvent;

#[derive(Debug)]
pub(super) struct Message {
    pub(super) subject: String,
    pub(super) headers: HeaderMap,
    pub(super) payload: Bytes,
}

impl Relay {
    pub(super) fn message(&self, row: &StoredEvent) -> Message {
        let subject = self.naming.subject(
            self.service,
            &row.aggregate_type,
            &row.name,
            row.version.unsigned_abs(),
            &row.aggregate_id,
        );
        let event = row.clone().into_received(self.service);
        Message {
            subject,
            headers: envelope::to_nats(&envelope::headers(&event)),
            payload: event.payload,
        }
    }
}
