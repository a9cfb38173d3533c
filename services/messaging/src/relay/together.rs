//! Publishing many events of one stream as an atomic batch (ADR-50): stored together or not at all,
//! and under fsync for the price of a few, not of each.
//!
//! One bad event, or one that the stream has already, makes the broker refuse the whole batch.
//! Nothing of it is stored then, and its events go singly, where each gets an answer of its own.

use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::context::{PublishAckFuture, PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::publish::PublishAck;
use tracing::Span;

use crate::relay::Relay;
use crate::relay::fate::{Fate, Place};
use crate::stored::StoredEvent;
use crate::{points, spans};

const BATCH_ID: &str = "Nats-Batch-Id";
const BATCH_SEQUENCE: &str = "Nats-Batch-Sequence";
const BATCH_COMMIT: &str = "Nats-Batch-Commit";

/// What the broker said of a batch.
#[derive(Debug)]
pub(super) enum Answer {
    /// All are stored, side by side and in order: their places.
    Stored(Vec<Place>),
    /// None is stored.
    Refused,
    /// All or none is stored.
    Unknown,
}

impl Relay {
    /// Publishes `rows`, at most a thousand of one stream, as one batch.
    pub(super) async fn publish_together(&self, rows: &[&StoredEvent]) -> Answer {
        points::hit("relay.batch.before").await;
        // The acknowledgement has a time-out of its own; this one is for a connection that takes nothing.
        let time = Duration::from_millis(self.config.relay_ack_timeout_ms);
        let mut publishing = Vec::with_capacity(rows.len());
        let sent = tokio::time::timeout(time, self.send_batch(rows, &mut publishing)).await;
        let acknowledged = match sent {
            Ok(Ok(acknowledged)) => acknowledged.await,
            Ok(Err(error)) => Err(error),
            Err(_) => Err(PublishError::new(PublishErrorKind::TimedOut)),
        };
        if acknowledged.is_err() {
            publishing.iter().for_each(spans::failed);
        }
        points::hit("relay.batch.after").await;
        match acknowledged {
            Ok(ack) => places(&ack, rows.len()).map_or(Answer::Refused, Answer::Stored),
            Err(error) => match Fate::of_failure(&error) {
                Fate::Unknown(_) => Answer::Unknown,
                Fate::Refused(_) | Fate::Landed(_) => Answer::Refused,
            },
        }
    }

    /// Sends a batch; only the last message, which commits it, is answered. The events' spans go to
    /// `publishing`, and end with the answer.
    async fn send_batch(
        &self,
        rows: &[&StoredEvent],
        publishing: &mut Vec<Span>,
    ) -> Result<PublishAckFuture, PublishError> {
        let Some((last, others)) = rows.split_last() else {
            return Err(PublishError::new(PublishErrorKind::Other));
        };
        let batch = self.ledger.ids().uuid().to_string();
        let client = self.jetstream.client();
        for (row, sequence) in others.iter().zip(1..) {
            let mut message = self.message(row);
            publishing.push(message.span);
            number(&mut message.headers, &batch, sequence);
            client
                .publish_with_headers(message.subject, message.headers, message.payload)
                .await
                .map_err(|error| PublishError::with_source(PublishErrorKind::Other, error))?;
        }
        points::hit("relay.batch.commit").await;
        let mut message = self.message(last);
        publishing.push(message.span);
        number(&mut message.headers, &batch, rows.len());
        message.headers.insert(BATCH_COMMIT, "1");
        self.jetstream
            .send_publish(
                message.subject,
                PublishMessage::build()
                    .headers(message.headers)
                    .payload(message.payload),
            )
            .await
    }
}

fn number(headers: &mut HeaderMap, batch: &str, sequence: usize) {
    headers.insert(BATCH_ID, batch);
    headers.insert(BATCH_SEQUENCE, sequence.to_string());
}

/// Where the events of a batch are: the acknowledgement says where the last one is, and how many
/// there are. A broker that knows no batches says nothing of the kind.
fn places(ack: &PublishAck, events: usize) -> Option<Vec<Place>> {
    let count = u64::try_from(events).ok()?;
    if ack.batch_size != Some(count) {
        return None;
    }
    let first = (ack.sequence + 1).checked_sub(count)?;
    Some(
        (first..=ack.sequence)
            .map(|sequence| Place {
                stream: ack.stream.clone(),
                sequence,
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests;
