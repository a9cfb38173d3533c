//! `winner.events.v1.EventLogService`, as every service offers it.

use tonic::{Request, Response, Status};
use winner_platform::error::{ApiError, FieldViolation};
use winner_platform::time::BusinessTime;
use winner_proto::events::v1::event_log_service_server::{EventLogService, EventLogServiceServer};
use winner_proto::events::v1::{EventRecord, ListEventsRequest, ListEventsResponse, Position};

use crate::counter::Counter;
use crate::event_log::read;
use crate::ledger::Ledger;
use crate::stored::StoredEvent;

/// Events per page when the caller does not say.
const DEFAULT_PAGE: i32 = 100;
/// The most events per page: 500 of 64 KiB would be too much for one message, so bytes bound too.
const MAX_PAGE: i32 = 500;
/// The most bytes of data in one page; at least one event is always in it.
const MAX_PAGE_BYTES: usize = 2 * 1024 * 1024;

/// The service behind the RPC.
#[derive(Clone, Debug)]
pub struct LogService {
    ledger: Ledger,
}

/// This service's event log, to be added to its gRPC server. Who may call it is the RPC's policy.
pub fn service(ledger: Ledger) -> EventLogServiceServer<LogService> {
    EventLogServiceServer::new(LogService { ledger })
}

#[tonic::async_trait]
impl EventLogService for LogService {
    async fn list_events(
        &self,
        request: Request<ListEventsRequest>,
    ) -> Result<Response<ListEventsResponse>, Status> {
        let request = request.into_inner();
        let size = page_size(&request)?;
        let after = request.after.map_or(Counter::START, |position| Counter {
            epoch: position.epoch,
            count: position.count,
        });
        let mut events = read::events(
            self.ledger.pool(),
            &request.aggregate_type,
            &request.aggregate_id,
            after,
            i64::from(size) + 1,
        )
        .await
        .map_err(ApiError::internal)?;
        let whole = events.len();
        events.truncate(fitting(&events, usize::try_from(size).unwrap_or_default()));
        let more = events.len() < whole;
        Ok(Response::new(ListEventsResponse {
            events: events.into_iter().map(record).collect(),
            more,
        }))
    }
}

fn page_size(request: &ListEventsRequest) -> Result<i32, ApiError> {
    let mut violations = Vec::new();
    for (field, value) in [
        ("aggregate_type", &request.aggregate_type),
        ("aggregate_id", &request.aggregate_id),
    ] {
        if value.is_empty() {
            violations.push(FieldViolation::new(field, "REQUIRED", "must be given"));
        }
    }
    if !(0..=MAX_PAGE).contains(&request.page_size) {
        violations.push(FieldViolation::new(
            "page_size",
            "OUT_OF_RANGE",
            "must be 0 to 500",
        ));
    }
    if violations.is_empty() {
        Ok(if request.page_size == 0 {
            DEFAULT_PAGE
        } else {
            request.page_size
        })
    } else {
        Err(ApiError::invalid(violations))
    }
}

/// How many of the events fit a page.
fn fitting(events: &[StoredEvent], size: usize) -> usize {
    let mut bytes = 0;
    events
        .iter()
        .take(size)
        .enumerate()
        .take_while(|(index, event)| {
            bytes += event.payload.len();
            *index == 0 || bytes <= MAX_PAGE_BYTES
        })
        .count()
}

fn record(event: StoredEvent) -> EventRecord {
    let (seconds, nanos) = BusinessTime::from_offset(event.business_time).to_timestamp();
    EventRecord {
        id: event.id.to_string(),
        event_name: event.name,
        event_version: event.version.unsigned_abs(),
        aggregate_type: event.aggregate_type,
        aggregate_id: event.aggregate_id,
        position: Some(Position {
            epoch: event.epoch,
            count: event.count,
        }),
        edition_id: event.edition.unwrap_or_default(),
        occurred_at: Some(pbjson_types::Timestamp { seconds, nanos }),
        correlation_id: event.correlation,
        causation_id: event.causation.unwrap_or_default(),
        traceparent: event.traceparent.unwrap_or_default(),
        data: event.payload.into(),
    }
}
