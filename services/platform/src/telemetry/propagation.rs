//! W3C trace context in and out of headers and rows.

use std::collections::{HashMap, HashSet};

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
    traceparent(&Span::current())
}

/// The `traceparent` of `span`, whose parent is settled from here on; `None` outside a trace.
pub fn traceparent(span: &Span) -> Option<String> {
    let mut fields = HashMap::<String, String>::new();
    TraceContextPropagator::new().inject_context(&span.context(), &mut fields);
    fields.remove(TRACEPARENT)
}

/// Whether whoever began the trace wants it to be recorded.
pub fn is_sampled(traceparent: &str) -> bool {
    extract(traceparent).span().span_context().is_sampled()
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
    caused_by(
        span,
        traceparent.map(|traceparent| Cause {
            traceparent,
            redelivered,
        }),
    );
}

/// One of the things that some work is done for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause<'a> {
    /// Its W3C trace context.
    pub traceparent: &'a str,
    /// Whether the work was tried for it before.
    pub redelivered: bool,
}

/// Ties the span of work that is done for several causes at once to their traces: it is part of the
/// first trace that is sampled (or of the first one, when none is) and was not tried for before, and is
/// linked to the others. Call it before `span` is entered.
pub fn caused_by<'a>(span: &Span, causes: impl IntoIterator<Item = Cause<'a>>) {
    let mut known = HashSet::new();
    let mut causes: Vec<(Context, bool)> = causes
        .into_iter()
        .filter(|cause| known.insert(cause.traceparent))
        .map(|cause| (extract(cause.traceparent), cause.redelivered))
        .filter(|(cause, _)| cause.span().span_context().is_valid())
        .collect();
    let sampled = |(cause, redelivered): &(Context, bool)| {
        !redelivered && cause.span().span_context().is_sampled()
    };
    let parent = causes
        .iter()
        .position(sampled)
        .or_else(|| causes.iter().position(|(_, redelivered)| !redelivered));
    if let Some(parent) = parent {
        set_parent(span, causes.swap_remove(parent).0);
    }
    for (cause, _) in causes {
        span.add_link(cause.span().span_context().clone());
    }
}

fn extract(traceparent: &str) -> Context {
    let fields = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    // Not `extract`, which falls back to the current context.
    TraceContextPropagator::new().extract_with_context(&Context::new(), &fields)
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
    fn work_for_several_is_part_of_the_first_trace_that_is_recorded() {
        trace();
        let cause = |traceparent, redelivered| Cause {
            traceparent,
            redelivered,
        };
        let span = tracing::info_span!("batch");
        caused_by(
            &span,
            [
                cause("nonsense", false),
                cause(
                    "00-00000000000000000000000000000001-b7ad6b7169203331-00",
                    false,
                ),
                cause(
                    "00-00000000000000000000000000000002-b7ad6b7169203331-01",
                    true,
                ),
                cause(CAUSE, false),
            ],
        );
        assert!(traceparent(&span).unwrap().contains(TRACE));
    }

    #[test]
    fn a_trace_that_is_not_sampled_stays_so() {
        trace();
        let span = tracing::info_span!("quiet");
        let unsampled = CAUSE.replace("-01", "-00");
        link_or_parent(&span, Some(&unsampled), false);
        let here = traceparent(&span).unwrap();
        assert!(here.contains(TRACE) && !is_sampled(&here), "{here}");
        assert!(is_sampled(CAUSE) && !is_sampled("nonsense"));
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
