//! An event as it lies in `outbox` or `published`.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::counter::Counter;

/// A row of either table, without what only one of them has.
#[derive(Clone, Debug)]
pub(crate) struct StoredEvent {
    pub(crate) id: Uuid,
    pub(crate) aggregate_type: String,
    pub(crate) aggregate_id: String,
    pub(crate) epoch: i32,
    pub(crate) count: i64,
    pub(crate) name: String,
    pub(crate) version: i32,
    pub(crate) visibility: String,
    pub(crate) edition: Option<String>,
    pub(crate) business_time: OffsetDateTime,
    pub(crate) correlation: String,
    pub(crate) causation: Option<String>,
    pub(crate) traceparent: Option<String>,
    pub(crate) tracestate: Option<String>,
    pub(crate) payload: Vec<u8>,
}

impl StoredEvent {
    pub(crate) const fn counter(&self) -> Counter {
        Counter {
            epoch: self.epoch,
            count: self.count,
        }
    }
}
