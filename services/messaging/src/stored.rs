//! An event as it lies in `outbox` or `published`.

use time::OffsetDateTime;
use uuid::Uuid;
use winner_platform::time::BusinessTime;
use winner_proto::event::Visibility;

use crate::counter::Counter;
use crate::received::Received;

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

    /// The aggregate's type and id.
    pub(crate) fn aggregate(&self) -> (&str, &str) {
        (&self.aggregate_type, &self.aggregate_id)
    }
}

impl StoredEvent {
    /// The event as consumers see it, said by `service`.
    pub(crate) fn into_received(self, service: &str) -> Received {
        Received {
            id: self.id,
            service: service.to_owned(),
            counter: self.counter(),
            aggregate: self.aggregate_type,
            aggregate_id: self.aggregate_id,
            name: self.name,
            version: self.version.unsigned_abs(),
            edition: self.edition,
            time: BusinessTime::from_offset(self.business_time),
            correlation: self.correlation,
            causation: self.causation,
            traceparent: self.traceparent,
            tracestate: self.tracestate,
            payload: self.payload.into(),
        }
    }

    /// Who may read it, as the column says.
    pub(crate) fn side(&self) -> Visibility {
        if self.visibility == "public" {
            Visibility::Public
        } else {
            Visibility::Internal
        }
    }
}
