//! What belongs to the request being answered, for code that is not handed the request.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

tokio::task_local! {
    static CONTEXT: RequestContext;
}

/// The context of a request.
#[derive(Clone, Debug)]
pub struct RequestContext {
    service: Arc<str>,
    deadline: Option<Instant>,
}

impl RequestContext {
    /// A request to `service` that must be answered by `deadline`.
    pub(super) const fn new(service: Arc<str>, deadline: Option<Instant>) -> Self {
        Self { service, deadline }
    }

    /// Runs `work` within this context.
    pub(super) fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CONTEXT.scope(self, work)
    }
}

/// How long the request being answered may still take; `None` outside a request.
pub fn time_left() -> Option<Duration> {
    let deadline = CONTEXT
        .try_with(|context| context.deadline)
        .ok()
        .flatten()?;
    Some(deadline.saturating_duration_since(Instant::now()))
}

/// The `domain` of an `ErrorInfo`: `winner.<service>`.
pub(crate) fn error_domain() -> String {
    CONTEXT
        .try_with(|context| format!("winner.{}", context.service))
        .unwrap_or_else(|_| "winner".to_owned())
}
