//! An event as a consumer sees it.

use bytes::Bytes;
use uuid::Uuid;
use winner_platform::time::BusinessTime;
use winner_proto::event::Event;

use crate::counter::Counter;
use crate::reaction::ReactionError;

/// One event that arrived, or was read from its producer's log.
#[derive(Clone, Debug)]
pub struct Received {
    /// The event's id.
    pub id: Uuid,
    /// The service that said it.
    pub service: String,
    /// The aggregate type it is about.
    pub aggregate: String,
    /// Which aggregate.
    pub aggregate_id: String,
    /// What happened.
    pub name: String,
    /// The version of its meaning.
    pub version: u32,
    /// Where it stands among its aggregate's events.
    pub counter: Counter,
    /// The edition of the envelope, when it belongs to one.
    pub edition: Option<String>,
    /// Business time at which it happened.
    pub time: BusinessTime,
    /// Names the chain of causes it is part of.
    pub correlation: String,
    /// The event or request that caused it.
    pub causation: Option<String>,
    /// W3C trace context at the time of writing.
    pub traceparent: Option<String>,
    /// W3C vendor trace state, when there was one.
    pub tracestate: Option<String>,
    /// The data, exactly as published: canonical proto3 JSON.
    pub payload: Bytes,
}

impl Received {
    /// Whether this is an event of type `E`.
    pub fn is<E: Event>(&self) -> bool {
        let event = E::DESCRIPTOR;
        self.service == event.service
            && self.aggregate == event.aggregate
            && self.name == event.name
            && self.version == event.version
    }

    /// The data as a message. Unknown fields and enum names are ignored.
    ///
    /// # Errors
    /// [`ReactionError::Rejected`] when the data is not of this type.
    pub fn decode<E: Event>(&self) -> Result<E, ReactionError> {
        serde_json::from_slice(&self.payload).map_err(|error| ReactionError::Rejected {
            code: "undecodable",
            detail: format!("{} as {}: {error}", self.id, E::DESCRIPTOR.message),
        })
    }
}
