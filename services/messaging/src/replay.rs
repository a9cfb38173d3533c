//! Publishing again what the broker no longer holds, from the ledger.
//!
//! `published` says in which stream, made when, and at which sequence each event was put. An event
//! is gone when the stream was made anew since, or no longer has that sequence; it is published
//! again with its old id and counter, so that consumers who saw it pass it over.

mod holdings;
mod rows;

use async_nats::jetstream;
use async_nats::jetstream::publish::PublishAck;
use sqlx::PgPool;
use winner_platform::ids::Ids;

use crate::consumer::ConsumerSpec;
use crate::envelope;
use crate::naming::Naming;
use crate::replay::holdings::Holdings;
use crate::replay::rows::{Place, Row};

/// Which events to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only of this aggregate type.
    pub aggregate: Option<String>,
    /// Only of this aggregate.
    pub aggregate_id: Option<String>,
    /// Only of this edition of the envelope.
    pub edition: Option<String>,
}

/// What a replay did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Events looked at.
    pub examined: u64,
    /// Events published again.
    pub published: u64,
}

/// Why a replay stopped. What was published stays published; start it again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The database refused.
    #[error("the ledger cannot be read")]
    Store(#[from] sqlx::Error),
    /// The broker did not answer.
    #[error("the broker does not answer for {subject}")]
    Broker {
        /// What was asked of it.
        subject: String,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A stream is missing: provision first.
    #[error("there is no stream {0}: provision first")]
    NoStream(String),
    /// The consumer does not read this service.
    #[error("consumer {0} does not read this service")]
    OtherProducer(String),
}

impl ReplayError {
    fn broker(
        subject: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Broker {
            subject: subject.into(),
            source: Box::new(source),
        }
    }
}

/// Publishes again, on their own subjects, the selected events that their stream no longer holds.
///
/// # Errors
/// See [`ReplayError`].
pub async fn lost(
    pool: &PgPool,
    jetstream: &jetstream::Context,
    naming: &Naming,
    service: &str,
    selection: &Selection,
) -> Result<Replayed, ReplayError> {
    let mut holdings = Holdings::new(jetstream.clone());
    let mut done = Replayed::default();
    let mut after = Place::default();
    loop {
        let page = rows::page(pool, selection, &after).await?;
        let Some(last) = page.last() else {
            return Ok(done);
        };
        after = last.place();
        for row in page {
            done.examined += 1;
            let stream = naming.stream(service, row.event.side());
            if holdings.holds(&stream, &row).await? {
                continue;
            }
            let subject = naming.subject(
                service,
                &row.event.aggregate_type,
                &row.event.name,
                row.event.version.unsigned_abs(),
                &row.event.aggregate_id,
            );
            let id = row.event.id;
            // Within its window the broker remembers ids of messages that it lost since.
            let message_id = format!("{id}:{}", row.stream_sequence);
            let ack = publish(jetstream, subject, service, row, message_id).await?;
            rows::keep(pool, id, &stream, holdings.created(&stream), ack.sequence).await?;
            done.published += 1;
        }
    }
}

/// Publishes the selected events once more for one consumer alone, on a subject that only it reads.
/// What its cursor has seen it passes over: see [`forget`].
///
/// # Errors
/// See [`ReplayError`].
pub async fn to_consumer(
    pool: &PgPool,
    jetstream: &jetstream::Context,
    naming: &Naming,
    service: &str,
    spec: &ConsumerSpec,
    selection: &Selection,
    ids: &Ids,
) -> Result<Replayed, ReplayError> {
    if spec.producer != service {
        return Err(ReplayError::OtherProducer(spec.durable()));
    }
    let durable = spec.durable();
    // Another message id than the event's, or the broker would take it for a duplicate.
    let run = ids.uuid();
    let mut done = Replayed::default();
    let mut after = Place::default();
    loop {
        let page = rows::page(pool, selection, &after).await?;
        let Some(last) = page.last() else {
            return Ok(done);
        };
        after = last.place();
        for row in page {
            done.examined += 1;
            if !spec.aggregates.contains(&row.event.aggregate_type.as_str()) {
                continue;
            }
            let subject =
                naming.replay_subject(service, row.event.side(), &durable, &row.event.aggregate_id);
            let message_id = format!("{}:{run}", row.event.id);
            publish(jetstream, subject, service, row, message_id).await?;
            done.published += 1;
        }
    }
}

/// Makes a consumer forget what it has seen of an aggregate type, or of one aggregate, so that a
/// replay is applied again. For consumers that keep copies and overwrite them; others would repeat
/// their effects. `pool` is the consuming service's. Returns how many cursors were forgotten.
///
/// # Errors
/// When the database refuses.
pub async fn forget(
    pool: &PgPool,
    consumer: &str,
    aggregate: &str,
    aggregate_id: Option<&str>,
) -> Result<u64, sqlx::Error> {
    let forgotten = sqlx::query!(
        "delete from inbox
         where  consumer = $1
         and    aggregate_type = $2
         and    ($3::text is null or aggregate_id = $3)
         and    not parked",
        consumer,
        aggregate,
        aggregate_id,
    )
    .execute(pool)
    .await?;
    Ok(forgotten.rows_affected())
}

/// Publishes one event and awaits its ack; one at a time keeps the order of every aggregate.
async fn publish(
    jetstream: &jetstream::Context,
    subject: String,
    service: &str,
    row: Row,
    message_id: String,
) -> Result<PublishAck, ReplayError> {
    let event = row.event.into_received(service);
    let mut headers = envelope::headers(&event);
    headers.insert(envelope::MESSAGE_ID.to_owned(), message_id);
    let sent = jetstream
        .publish_with_headers(subject.clone(), envelope::to_nats(&headers), event.payload)
        .await
        .map_err(|error| ReplayError::broker(&subject, error))?;
    sent.await
        .map_err(|error| ReplayError::broker(&subject, error))
}
