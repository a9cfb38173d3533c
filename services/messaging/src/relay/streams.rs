//! What the relay knows of its streams: when they were made, as the ledger keeps it with each event,
//! and whether they take batches.

use std::collections::HashMap;
use std::time::Duration;

use async_nats::jetstream;
use time::OffsetDateTime;
use tokio::time::{Interval, MissedTickBehavior};

/// How often the broker is asked anew.
const REFRESH: Duration = Duration::from_secs(1);

/// What is known of this service's streams.
///
/// The broker is asked *before* anything is published, at most once a second. If a stream is made anew in
/// between, events are kept with the older time: a replay then takes them for lost and publishes
/// them again, which is harmless. The other error, a lost event that looks held, cannot happen.
#[derive(Debug)]
pub(super) struct Streams {
    names: Vec<String>,
    known: HashMap<String, Known>,
    refresh: Interval,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    created: OffsetDateTime,
    takes_batches: bool,
}

impl Streams {
    pub(super) fn new(names: Vec<String>) -> Self {
        let mut refresh = tokio::time::interval(REFRESH);
        refresh.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            names,
            known: HashMap::new(),
            refresh,
        }
    }

    /// Asks the broker if it is time to.
    pub(super) async fn refresh(&mut self, jetstream: &jetstream::Context) {
        use futures::FutureExt as _;
        if self.refresh.tick().now_or_never().is_none() {
            return;
        }
        for name in &self.names {
            match jetstream.get_stream(name).await {
                Ok(stream) => {
                    let info = stream.cached_info();
                    let known = Known {
                        created: info.created,
                        takes_batches: info.config.allow_atomic_publish,
                    };
                    self.known.insert(name.clone(), known);
                }
                Err(error) => {
                    tracing::debug!(stream = name, %error, "relay.stream_unknown");
                    self.known.remove(name);
                }
            }
        }
    }

    /// When the stream was made; the beginning of time when that is not known, which a replay
    /// takes for "made anew since".
    pub(super) fn created(&self, stream: &str) -> OffsetDateTime {
        self.known
            .get(stream)
            .map_or(OffsetDateTime::UNIX_EPOCH, |known| known.created)
    }

    /// Whether the stream is there and takes atomic batches.
    pub(super) fn takes_batches(&self, stream: &str) -> bool {
        self.known
            .get(stream)
            .is_some_and(|known| known.takes_batches)
    }
}
