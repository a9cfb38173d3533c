//! The edition whose traces are read.

use std::process::Command;
use std::time::Duration;

use winner::stack::fleet::{CopyId, Fleet};
use winner::stack::otlp::{Sampling, Span, SpanId, SpanSink, Trace, TraceId};
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;
use winner_tests::edition::{Edition, TEAM};
use winner_tests::site::{Site, binary, until};

pub(crate) const READY: Duration = Duration::from_secs(90);
const PATIENCE: Duration = Duration::from_mins(1);

/// The applicant's own span, which is exported elsewhere.
pub(crate) const CALLER: SpanId = SpanId::from_u64(0xca11);

/// An edition whose services export to `sink` what somebody asks for.
pub(crate) struct Stage {
    pub(crate) edition: Edition,
    pub(crate) sink: SpanSink,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let mut site = Site::quick("trace").await.unwrap();
        let sink = SpanSink::open().await.unwrap();
        let fleet = &mut site.installation.fleet;
        sample(fleet, &sink, Sampling::OnlyAsked);
        fleet.set_environment("WINNER_NOTIFICATION__SENDING__RETRY_FIRST_MS", "500");
        fleet.set_environment("WINNER_NOTIFICATION__MESSAGING__RETRY_MAX_MS", "1000");
        fleet.start_all(1, READY).await.unwrap();
        let edition = Edition::open(site).await.unwrap();
        Self { edition, sink }
    }

    /// The team submits its `n`th draft, as part of a trace that is to be recorded.
    pub(crate) async fn submits(&self, n: u32, trace: TraceId) {
        let draft = self.edition.draft(n, "36.73").await.unwrap();
        let mut request = self.edition.applicant().ask(draft);
        let traceparent = CALLER.traceparent(trace).parse().unwrap();
        request.metadata_mut().insert("traceparent", traceparent);
        let channel = self.edition.site.channel("intake").unwrap();
        SubmissionServiceClient::new(channel)
            .submit(request)
            .await
            .unwrap();
    }

    pub(crate) async fn mails(&self, count: usize) {
        until("the team's mail", async || {
            let letters = self.edition.site.stack.mailbox().letters_to(TEAM)?;
            Ok((letters.len() == count).then_some(()))
        })
        .await
        .unwrap();
    }

    pub(crate) async fn whole(&self, id: TraceId, wanted: impl Fn(&Trace) -> bool) -> Trace {
        self.sink.whole(id, PATIENCE, wanted).await.unwrap()
    }

    /// Waits for a span of a trace.
    pub(crate) async fn seen(
        &self,
        id: TraceId,
        what: &str,
        wanted: impl Fn(&Span) -> bool + Sync,
    ) {
        until(what, async || {
            let trace = self.sink.trace(id);
            Ok(trace.spans().iter().any(&wanted).then_some(()))
        })
        .await
        .unwrap_or_else(|error| panic!("{error}\n{}", self.sink.trace(id)));
    }

    /// Waits for a span outside the trace that is linked to one in it, and not for the sake of a batch.
    pub(crate) async fn linked(&self, what: &str, to: (TraceId, SpanId)) -> Span {
        until(what, async || {
            let mut spans = self.sink.spans().into_iter();
            Ok(spans.find(|span| span.links.contains(&to) && span.name != "message.contacts"))
        })
        .await
        .unwrap()
    }

    /// The name of what is done with the event that a submission was handed in.
    pub(crate) fn named(&self, operation: &str) -> String {
        let root = &self.edition.site.installation.realm().naming().root;
        format!("{operation} {root}.intake.submission.submitted.v1.*")
    }

    /// What the processes started from now on sample by themselves.
    pub(crate) fn sample(&mut self, sampling: Sampling) {
        let fleet = &mut self.edition.site.installation.fleet;
        sample(fleet, &self.sink, sampling);
    }

    /// From here on the broker delivers again what is not acknowledged within a second.
    pub(crate) fn lose_patience_soon(&self) {
        let done = Command::new(binary())
            .arg("provision")
            .arg("--config")
            .arg(self.edition.site.installation.config())
            .env("WINNER_OPERATOR__MESSAGING__ACK_WAIT_MS", "1000")
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
}

fn sample(fleet: &mut Fleet, sink: &SpanSink, sampling: Sampling) {
    for (name, value) in sink.environment(sampling) {
        fleet.set_environment(name, &value);
    }
}

pub(crate) fn copy(role: &str) -> CopyId {
    CopyId::new(role, 1)
}
