//! An event as a message for the broker.

use async_nats::HeaderMap;
use bytes::Bytes;
use tracing::Span;

use crate::relay::Relay;
use crate::stored::StoredEvent;
use crate::{envelope, spans};

#[derive(Debug)]
pub(super) struct Message {
    pub(super) subject: String,
    pub(super) headers: HeaderMap,
    pub(super) payload: Bytes,
    /// To be kept until the broker has answered; its context is in the headers.
    pub(super) span: Span,
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
        let mut event = row.clone().into_received(self.service);
        let span = spans::publishing(&self.naming, &mut event);
        Message {
            subject,
            headers: envelope::to_nats(&envelope::headers(&event)),
            payload: event.payload,
            span,
        }
    }
}
