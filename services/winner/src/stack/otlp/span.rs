//! Spans as plain data, read from what exporters send.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1 as otlp;

/// The services' names begin so.
const SERVICE_PREFIX: &str = "winner-";

/// Names a trace.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId([u8; 16]);

/// Names a span of a trace.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId([u8; 8]);

/// What a span is to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Work of the service's own.
    Internal,
    /// An answer to somebody's call.
    Server,
    /// A call to somebody.
    Client,
    /// A message to whoever reads it.
    Producer,
    /// What is done with a message.
    Consumer,
}

/// One piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The trace it is of.
    pub trace: TraceId,
    /// Its own id.
    pub id: SpanId,
    /// The span it is part of.
    pub parent: Option<SpanId>,
    /// Spans that caused it without its being part of them.
    pub links: Vec<(TraceId, SpanId)>,
    /// `intake`, `matching`, `judging` or `notification`.
    pub service: String,
    /// What was done.
    pub name: String,
    /// What it is to others.
    pub kind: Kind,
    /// Real time at which it began, in nanoseconds since 1970.
    pub start_nanos: u64,
    /// ... and ended.
    pub end_nanos: u64,
    /// Whether it is marked as failed.
    pub failed: bool,
    /// What is told about it.
    pub attributes: BTreeMap<String, String>,
    /// What was logged meanwhile: the text and its fields.
    pub events: Vec<(String, BTreeMap<String, String>)>,
}

impl TraceId {
    /// The id as a number.
    pub const fn from_u128(id: u128) -> Self {
        Self(id.to_be_bytes())
    }
}

impl SpanId {
    /// The id as a number.
    pub const fn from_u64(id: u64) -> Self {
        Self(id.to_be_bytes())
    }

    /// The `traceparent` of a caller who wants its trace recorded, and whose own span is this one.
    pub fn traceparent(self, trace: TraceId) -> String {
        format!("00-{trace}-{self}-01")
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The spans of one export.
///
/// # Errors
/// When an id is none.
pub(super) fn read(request: ExportTraceServiceRequest) -> Result<Vec<Span>> {
    let mut spans = Vec::new();
    for group in request.resource_spans {
        let mut resource = texts(group.resource.unwrap_or_default().attributes);
        let service = resource.remove("service.name").unwrap_or_default();
        let service = service.trim_start_matches(SERVICE_PREFIX);
        for span in group.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            spans.push(one(service, span)?);
        }
    }
    Ok(spans)
}

fn one(service: &str, span: otlp::Span) -> Result<Span> {
    let kind = match span.kind() {
        otlp::span::SpanKind::Server => Kind::Server,
        otlp::span::SpanKind::Client => Kind::Client,
        otlp::span::SpanKind::Producer => Kind::Producer,
        otlp::span::SpanKind::Consumer => Kind::Consumer,
        otlp::span::SpanKind::Internal | otlp::span::SpanKind::Unspecified => Kind::Internal,
    };
    let links = span.links.iter();
    let links = links.map(|link| Ok((trace_id(&link.trace_id)?, span_id(&link.span_id)?)));
    let failed = span
        .status
        .is_some_and(|status| status.code() == otlp::status::StatusCode::Error);
    Ok(Span {
        trace: trace_id(&span.trace_id)?,
        id: span_id(&span.span_id)?,
        parent: if span.parent_span_id.is_empty() {
            None
        } else {
            Some(span_id(&span.parent_span_id)?)
        },
        links: links.collect::<Result<_>>()?,
        service: service.to_owned(),
        name: span.name,
        kind,
        start_nanos: span.start_time_unix_nano,
        end_nanos: span.end_time_unix_nano,
        failed,
        attributes: texts(span.attributes),
        events: span
            .events
            .into_iter()
            .map(|event| (event.name, texts(event.attributes)))
            .collect(),
    })
}

fn trace_id(bytes: &[u8]) -> Result<TraceId> {
    let bytes = bytes.try_into().context("a trace's id has 16 bytes")?;
    Ok(TraceId(bytes))
}

fn span_id(bytes: &[u8]) -> Result<SpanId> {
    let bytes = bytes.try_into().context("a span's id has 8 bytes")?;
    Ok(SpanId(bytes))
}

fn texts(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    attributes
        .into_iter()
        .map(|one| (one.key, one.value.map(text).unwrap_or_default()))
        .collect()
}

fn text(value: AnyValue) -> String {
    match value.value {
        Some(Value::StringValue(text)) => text,
        Some(Value::BoolValue(value)) => value.to_string(),
        Some(Value::IntValue(value)) => value.to_string(),
        Some(Value::DoubleValue(value)) => value.to_string(),
        // Lists and maps: our spans have none, but nothing that is sent may go unseen.
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}
