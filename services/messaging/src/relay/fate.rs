//! What became of an event that was sent.

use async_nats::jetstream::context::{PublishError, PublishErrorKind};

/// Where the broker put an event.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) stream: String,
    pub(super) sequence: u64,
}

/// What became of one event.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    Landed(Place),
    /// The broker said no, to this event.
    Refused(&'static str),
    /// No answer: it may have landed.
    Unknown(&'static str),
}

impl Fate {
    pub(super) fn of_failure(error: &PublishError) -> Self {
        tracing::warn!(
            error = error as &dyn std::error::Error,
            "relay.publish_failed"
        );
        match error.kind() {
            PublishErrorKind::StreamNotFound => Self::Refused("no_stream"),
            PublishErrorKind::MaxPayloadExceeded => Self::Refused("too_large"),
            PublishErrorKind::WrongLastMessageId
            | PublishErrorKind::WrongLastSequence
            | PublishErrorKind::Other => Self::Refused("refused"),
            PublishErrorKind::TimedOut => Self::Unknown("ack_timed_out"),
            PublishErrorKind::BrokenPipe => Self::Unknown("connection_lost"),
            PublishErrorKind::MaxAckPending => Self::Unknown("client_full"),
        }
    }
}
