//! Another service's log, over a channel.

use std::sync::Arc;

use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::codegen::{Body as HttpBody, Bytes, StdError};
use uuid::Uuid;
use winner_platform::time::BusinessTime;
use winner_proto::events::v1::event_log_service_client::EventLogServiceClient;
use winner_proto::events::v1::{EventRecord, ListEventsRequest, Position};

use crate::counter::Counter;
use crate::event_log::{EventLog, Page, PageFuture, SharedLog};
use crate::reaction::ReactionError;
use crate::received::Received;

/// The log of `producer`, read over `channel`.
pub fn client<C>(producer: &'static str, channel: C) -> SharedLog
where
    C: GrpcService<Body> + Clone + Send + Sync + 'static,
    C::Error: Into<StdError>,
    C::Future: Send,
    C::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <C::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
{
    Arc::new(RemoteLog {
        producer,
        client: EventLogServiceClient::new(channel).max_decoding_message_size(8 * 1024 * 1024),
    })
}

struct RemoteLog<C> {
    producer: &'static str,
    client: EventLogServiceClient<C>,
}

impl<C> EventLog for RemoteLog<C>
where
    C: GrpcService<Body> + Clone + Send + Sync + 'static,
    C::Error: Into<StdError>,
    C::Future: Send,
    C::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <C::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
{
    fn list<'a>(
        &'a self,
        aggregate: &'a str,
        aggregate_id: &'a str,
        after: Counter,
    ) -> PageFuture<'a> {
        Box::pin(async move {
            let answer = self
                .client
                .clone()
                .list_events(ListEventsRequest {
                    aggregate_type: aggregate.to_owned(),
                    aggregate_id: aggregate_id.to_owned(),
                    after: Some(Position {
                        epoch: after.epoch,
                        count: after.count,
                    }),
                    page_size: 0,
                })
                .await
                // Whatever the producer answers, the event that led us here is not to blame.
                .map_err(|status| ReactionError::unavailable(self.producer, status.code()))?
                .into_inner();
            let events = answer
                .events
                .into_iter()
                .map(|record| received(self.producer, record))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| {
                    ReactionError::unavailable(self.producer, "its event log is malformed")
                })?;
            Ok(Page {
                events,
                more: answer.more,
            })
        })
    }
}

/// The event of a record; `None` when the record is malformed.
fn received(producer: &str, record: EventRecord) -> Option<Received> {
    let position = record.position?;
    let at = record.occurred_at?;
    Some(Received {
        id: record.id.parse::<Uuid>().ok()?,
        service: producer.to_owned(),
        aggregate: record.aggregate_type,
        aggregate_id: record.aggregate_id,
        name: record.event_name,
        version: record.event_version,
        counter: Counter {
            epoch: position.epoch,
            count: position.count,
        },
        edition: given(record.edition_id),
        time: BusinessTime::from_timestamp(at.seconds, at.nanos)?,
        correlation: record.correlation_id,
        causation: given(record.causation_id),
        traceparent: given(record.traceparent),
        tracestate: None,
        payload: record.data,
    })
}

/// What proto3 says by an empty string.
fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
