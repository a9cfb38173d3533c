//! Events in traces, by OpenTelemetry's semantic conventions for messaging.
//!
//! An event's row carries the trace of the work that wrote it. Its publication is part of that trace, and
//! what consumers do with it is part of its publication: the header says so.

use tracing::Span;
use winner_platform::telemetry;

use crate::consumer::ConsumerSpec;
use crate::naming::Naming;
use crate::received::Received;

/// The span of publishing an event, whose `traceparent` becomes that span's. Nothing is made for a trace
/// that nobody records: most are such, and the relay is in a hurry.
pub(crate) fn publishing(naming: &Naming, event: &mut Received) -> Span {
    let recorded = event
        .traceparent
        .as_deref()
        .is_none_or(telemetry::is_sampled);
    if !recorded {
        return Span::none();
    }
    let subjects = subjects(naming, event);
    let span = tracing::info_span!(
        parent: None,
        "publish",
        otel.name = format!("publish {subjects}"),
        otel.kind = "producer",
        otel.status_code = tracing::field::Empty,
        messaging.system = "nats",
        messaging.operation.name = "publish",
        messaging.operation.type = "send",
        messaging.destination.template = subjects,
        messaging.message.id = %event.id,
        messaging.message.body.size = event.payload.len(),
        counter = %event.counter,
    );
    telemetry::link_or_parent(&span, event.traceparent.as_deref(), false);
    if let Some(traceparent) = telemetry::traceparent(&span) {
        event.traceparent = Some(traceparent);
    }
    span
}

/// The broker did not take the event.
pub(crate) fn failed(publishing: &Span) {
    publishing.record("otel.status_code", "ERROR");
}

/// The span of taking an event, delivered for the `delivered`th time.
pub(crate) fn processing(
    naming: &Naming,
    spec: &ConsumerSpec,
    event: &Received,
    delivered: i64,
) -> Span {
    let subjects = subjects(naming, event);
    let span = tracing::info_span!(
        "process",
        otel.name = format!("process {subjects}"),
        otel.kind = "consumer",
        messaging.system = "nats",
        messaging.operation.name = "process",
        messaging.operation.type = "process",
        messaging.destination.template = subjects,
        messaging.consumer.group.name = spec.durable(),
        messaging.message.id = %event.id,
        counter = %event.counter,
        delivered,
    );
    telemetry::link_or_parent(&span, event.traceparent.as_deref(), delivered > 1);
    span
}

fn subjects(naming: &Naming, event: &Received) -> String {
    naming.event_subjects(&event.service, &event.aggregate, &event.name, event.version)
}
