//! W3C trace context in and out of headers and rows.

use http::HeaderMap;
use tracing::Span;

/// The `traceparent` of the current span, for an outbox row or a header; `None` outside a trace.
pub fn current_traceparent() -> Option<String> {
    unimplemented!()
}

/// Writes the current span's trace context into the headers of a request.
pub fn inject(_headers: &mut HeaderMap) {
    unimplemented!()
}

/// Makes the trace context of the headers, when there is one, the parent of `span`.
pub fn parent_from(_span: &Span, _headers: &HeaderMap) {
    unimplemented!()
}

/// Ties `span` to the trace that caused it: as its child on a first delivery, and with a link when
/// it is redelivered, so that a retry days later does not stretch the first trace.
pub fn link_or_parent(_span: &Span, _traceparent: Option<&str>, _redelivered: bool) {
    unimplemented!()
}
