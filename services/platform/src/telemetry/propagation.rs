//! W3C trace context in and out of headers and rows.

use std::collections::HashMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";

/// The `traceparent` of the current span, for an outbox row or a header; `None` outside a trace.
pub fn current_traceparent() -> Option<String> {
    let mut fields = HashMap::<String, String>::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut fields);
    fields.remove(TRACEPARENT)
}

/// The id of the trace `span` belongs to, for a log line; `None` outside a trace.
pub fn trace_id(span: &Span) -> Option<String> {
    let context = span.context();
    let span = context.span();
    let of = span.span_context();
    of.is_valid().then(|| of.trace_id().to_string())
}

/// Writes the current span's trace context into the headers of a request.
pub fn inject(headers: &mut HeaderMap) {
    let context = Span::current().context();
    TraceContextPropagator::new().inject_context(&context, &mut Headers(headers));
}

/// Makes the trace context of the headers, when there is one, the parent of `span`. Call it before
/// `span` is entered.
pub fn parent_from(span: &Span, headers: &HeaderMap) {
    set_parent(
        span,
        TraceContextPropagator::new().extract(&HeadersRead(headers)),
    );
}

/// Ties `span` to the trace that caused it: as its child on a first delivery, and with a link when
/// it is redelivered, so that a retry days later does not stretch the first trace. Call it before
/// `span` is entered.
pub fn link_or_parent(span: &Span, traceparent: Option<&str>, redelivered: bool) {
    let Some(traceparent) = traceparent else {
        return;
    };
    let fields = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let cause = TraceContextPropagator::new().extract(&fields);
    if redelivered {
        span.add_link(cause.span().span_context().clone());
    } else {
        set_parent(span, cause);
    }
}

fn set_parent(span: &Span, context: Context) {
    if !context.span().span_context().is_valid() {
        return;
    }
    if let Err(error) = span.set_parent(context) {
        // No layer of OpenTelemetry listens, or the span began: the trace breaks, the work goes on.
        tracing::debug!(%error, "telemetry.parent_not_set");
    }
}

struct Headers<'a>(&'a mut HeaderMap);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(key.as_bytes()),
            HeaderValue::from_str(&value),
        ) {
            self.0.insert(name, value);
        }
    }
}

struct HeadersRead<'a>(&'a HeaderMap);

impl Extractor for HeadersRead<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::testing::trace;

    const CAUSE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn a_trace_goes_on_through_headers() {
        trace();
        let mut incoming = HeaderMap::new();
        incoming.insert(TRACEPARENT, HeaderValue::from_static(CAUSE));
        let span = tracing::info_span!("rpc");
        parent_from(&span, &incoming);
        let _entered = span.enter();
        let mut outgoing = HeaderMap::new();
        inject(&mut outgoing);
        let sent = outgoing[TRACEPARENT].to_str().unwrap();
        assert!(sent.contains(TRACE), "{sent}");
        assert_ne!(sent, CAUSE, "the span is its own");
    }

    #[test]
    fn a_first_delivery_is_a_child_and_a_second_one_is_linked() {
        trace();
        let first = tracing::info_span!("first");
        link_or_parent(&first, Some(CAUSE), false);
        assert!(first.in_scope(current_traceparent).unwrap().contains(TRACE));
        let again = tracing::info_span!("again");
        link_or_parent(&again, Some(CAUSE), true);
        assert!(!again.in_scope(current_traceparent).unwrap().contains(TRACE));
    }

    #[test]
    fn a_malformed_traceparent_begins_a_new_trace() {
        trace();
        let span = tracing::info_span!("first");
        link_or_parent(&span, Some("nonsense"), false);
        assert!(span.in_scope(current_traceparent).is_some());
    }

    #[test]
    fn outside_a_trace_there_is_no_traceparent() {
        assert_eq!(current_traceparent(), None);
    }
}
