//! What the streams still hold.

use std::collections::HashMap;

use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::stream::RawMessageErrorKind;
use async_nats::jetstream::{self, ErrorCode};
use time::OffsetDateTime;

use crate::replay::ReplayError;
use crate::replay::rows::Row;

/// Postgres keeps microseconds, the broker nanoseconds.
const NANOS_PER_MICRO: i128 = 1_000;

/// The streams as they were when first asked about in this replay.
pub(super) struct Holdings {
    jetstream: jetstream::Context,
    streams: HashMap<String, jetstream::stream::Stream>,
}

impl Holdings {
    pub(super) fn new(jetstream: jetstream::Context) -> Self {
        Self {
            jetstream,
            streams: HashMap::new(),
        }
    }

    /// When the stream was made; only after [`Self::holds`] asked about it.
    pub(super) fn created(&self, stream: &str) -> OffsetDateTime {
        self.streams
            .get(stream)
            .map_or(OffsetDateTime::UNIX_EPOCH, |held| {
                held.cached_info().created
            })
    }

    /// Whether the row's message is still where the ledger says.
    pub(super) async fn holds(&mut self, stream: &str, row: &Row) -> Result<bool, ReplayError> {
        if !self.streams.contains_key(stream) {
            let found = self.find(stream).await?;
            self.streams.insert(stream.to_owned(), found);
        }
        let Some(held) = self.streams.get(stream) else {
            return Ok(false);
        };
        let info = held.cached_info();
        let Ok(sequence) = u64::try_from(row.stream_sequence) else {
            return Ok(false);
        };
        let elsewhere = row.stream != stream || !same_moment(info.created, row.stream_created);
        let outside = sequence < info.state.first_sequence || sequence > info.state.last_sequence;
        if elsewhere || outside {
            return Ok(false);
        }
        // No gaps inside: nothing was deleted singly or lost by damage.
        let span = info.state.last_sequence - info.state.first_sequence + 1;
        if info.state.messages == span {
            return Ok(true);
        }
        match held.get_raw_message(sequence).await {
            Ok(_) => Ok(true),
            Err(error) => match error.kind() {
                RawMessageErrorKind::NoMessageFound => Ok(false),
                _ => Err(ReplayError::broker(stream, error)),
            },
        }
    }

    async fn find(&self, stream: &str) -> Result<jetstream::stream::Stream, ReplayError> {
        self.jetstream
            .get_stream(stream)
            .await
            .map_err(|error| match error.kind() {
                GetStreamErrorKind::JetStream(cause)
                    if cause.error_code() == ErrorCode::STREAM_NOT_FOUND =>
                {
                    ReplayError::NoStream(stream.to_owned())
                }
                _ => ReplayError::broker(stream, error),
            })
    }
}

fn same_moment(one: OffsetDateTime, other: OffsetDateTime) -> bool {
    (one - other).whole_nanoseconds().abs() < NANOS_PER_MICRO
}
