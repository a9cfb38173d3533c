//! The section `messaging` of a role's configuration.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use winner_platform::config::{Problems, Validate};

use crate::naming::Naming;

/// How a service takes part in the exchange of events.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NodeConfig {
    /// First token of every subject.
    pub subject_root: String,
    /// First part of every stream's name.
    pub stream_prefix: String,
    /// The most events the relay publishes as one atomic batch, at most 1000. With 1 it publishes
    /// each event singly.
    pub relay_batch: u16,
    /// The most unacknowledged single events the relay has on the wire, at most 256.
    pub relay_window: u16,
    /// How often the relay looks for events that another process committed, in milliseconds.
    pub relay_poll_ms: u64,
    /// How long one acknowledgement of the broker may take, in milliseconds.
    pub relay_ack_timeout_ms: u64,
    /// How long the broker waits for our acknowledgement before it delivers again, in milliseconds.
    pub ack_wait_ms: u64,
    /// The most events of one consumer that may be on their way to us.
    pub max_ack_pending: u16,
    /// The most events of one consumer that are applied side by side; those of one aggregate go one
    /// after the other.
    pub side_by_side: u16,
    /// After how many failures of its own an event becomes a dead letter.
    pub attempts: u16,
    /// First pause after a failure, in milliseconds; it doubles up to `retry_max_ms`, with jitter.
    pub retry_ms: u64,
    /// Longest pause between tries, in milliseconds.
    pub retry_max_ms: u64,
    /// How often an event that came too early is put back before what is missing is fetched.
    pub early_naks: u16,
    /// How often ages, lags and counts are measured, in milliseconds.
    pub measure_ms: u64,
}

impl Default for NodeConfig {
    fn default() -> Self {
        Self {
            subject_root: "winner".to_owned(),
            stream_prefix: "WINNER".to_owned(),
            relay_batch: 1000,
            relay_window: 256,
            relay_poll_ms: 500,
            relay_ack_timeout_ms: 5_000,
            ack_wait_ms: 30_000,
            max_ack_pending: 256,
            side_by_side: 4,
            attempts: 8,
            retry_ms: 200,
            retry_max_ms: 30_000,
            early_naks: 3,
            measure_ms: 5_000,
        }
    }
}

impl NodeConfig {
    /// The names this configuration gives.
    pub fn naming(&self) -> Naming {
        Naming::new(&self.subject_root, &self.stream_prefix)
    }

    pub(crate) const fn ack_wait(&self) -> Duration {
        Duration::from_millis(self.ack_wait_ms)
    }
}

impl Validate for NodeConfig {
    fn validate(&self, problems: &mut Problems) {
        if !is_token(&self.subject_root) {
            problems.refuse(
                "subject_root",
                "must be one token: letters, digits, - and _",
            );
        }
        if !is_token(&self.stream_prefix) {
            problems.refuse(
                "stream_prefix",
                "must be one token: letters, digits, - and _",
            );
        }
        if !(1..=1000).contains(&self.relay_batch) {
            problems.refuse(
                "relay_batch",
                "must be 1 to 1000: brokers refuse larger ones",
            );
        }
        if !(1..=256).contains(&self.relay_window) {
            problems.refuse(
                "relay_window",
                "must be 1 to 256: more time out under fsync",
            );
        }
        if self.attempts == 0 {
            problems.refuse("attempts", "must be at least 1");
        }
        if self.max_ack_pending == 0 {
            problems.refuse("max_ack_pending", "must be at least 1");
        }
        if self.side_by_side == 0 {
            problems.refuse("side_by_side", "must be at least 1");
        }
        for (key, value) in [
            ("relay_poll_ms", self.relay_poll_ms),
            ("relay_ack_timeout_ms", self.relay_ack_timeout_ms),
            ("retry_ms", self.retry_ms),
            ("measure_ms", self.measure_ms),
        ] {
            if value == 0 {
                problems.refuse(key, "must be above 0");
            }
        }
        if self.retry_max_ms < self.retry_ms {
            problems.refuse("retry_max_ms", "must not be below retry_ms");
        }
        if self.relay_ack_timeout_ms > 5_000 {
            problems.refuse("relay_ack_timeout_ms", "must be at most 5000");
        }
        if self.ack_wait_ms < 1_000 {
            problems.refuse(
                "ack_wait_ms",
                "must be at least 1000, or events are delivered twice while they are applied",
            );
        }
    }
}

/// Whether `text` can be one token of a subject and part of a stream's name.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
