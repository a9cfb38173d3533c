//! Publishing again what the broker no longer holds, from the ledger.
//!
//! `published` says in which stream, made when, and at which sequence each event was put. An event
//! is gone when the stream was made anew since, or no longer has that sequence; it is published
//! again with its old id and counter, so that consumers who saw it pass it over.

use async_nats::jetstream;
use sqlx::PgPool;

use crate::consumer::ConsumerSpec;
use crate::naming::Naming;

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
    #[error("the broker does not answer for stream {stream}")]
    Broker {
        /// The stream.
        stream: String,
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
    let _ = (pool, jetstream, naming, service, selection);
    unimplemented!()
}

/// Publishes the selected events once more for one consumer alone, on a subject that only it reads.
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
) -> Result<Replayed, ReplayError> {
    let _ = (pool, jetstream, naming, service, spec, selection);
    unimplemented!()
}
