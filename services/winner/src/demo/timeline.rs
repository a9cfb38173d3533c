//! What one submission set in motion, from its trace.

use std::time::Duration;

use anyhow::Result;

use super::story::{SpanStory, Timeline};
use crate::stack::otlp::{SpanSink, Trace, TraceId};

/// How long the mail may take that ends the trace of a submission.
const PATIENCE: Duration = Duration::from_secs(30);
/// The span that sends a mail.
const MAIL: &str = "message.deliver";

/// The time line of the submission whose `Submit` was sent in this trace. Waits until its mail is sent
/// and nothing more comes.
///
/// # Errors
/// When that takes longer than half a minute.
pub(crate) async fn timeline(sink: &SpanSink, id: TraceId) -> Result<Timeline> {
    let mailed = |trace: &Trace| trace.spans().iter().any(|span| span.name == MAIL);
    Ok(Timeline::from(&sink.whole(id, PATIENCE, mailed).await?))
}

impl From<&Trace> for Timeline {
    fn from(trace: &Trace) -> Self {
        let began = trace.spans().first().map_or(0, |span| span.start_nanos);
        let first = trace.spans().first().map(|span| span.id);
        let spans = trace.spans().iter().map(|span| SpanStory {
            span_id: span.id.to_string(),
            parent_id: span
                .parent
                .filter(|_| Some(span.id) != first)
                .map(|parent| parent.to_string())
                .unwrap_or_default(),
            service: span.service.clone(),
            name: span.name.clone(),
            start_micros: (span.start_nanos - began) / 1_000,
            duration_micros: span.end_nanos.saturating_sub(span.start_nanos) / 1_000,
        });
        Self {
            trace_id: trace.id().to_string(),
            spans: spans.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::otlp::tests::{TRACE, span};

    #[test]
    fn a_time_line_begins_with_the_submission_and_counts_from_it() {
        let trace = Trace::of(TRACE, [span(2, 1, 45_000), span(1, 99, 30_000)]);
        let line = Timeline::from(&trace);
        assert_eq!(line.trace_id, "00000000000000000000000000000007");
        let told: Vec<_> = line
            .spans
            .iter()
            .map(|span| {
                (
                    span.span_id.as_str(),
                    span.parent_id.as_str(),
                    span.start_micros,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("0000000000000001", "", 0),
                ("0000000000000002", "0000000000000001", 15)
            ]
        );
    }
}
