//! Tasks whose end is noticed.

use std::fmt::Display;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::grpc::panics;

/// The span of every task, which names it in logs.
pub(crate) const TASK_SPAN: &str = "task";

/// A task that ended in an error or a panic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("task {task} crashed: {cause}")]
pub struct Crash {
    /// The task's name.
    pub task: &'static str,
    /// What it said.
    pub cause: String,
}

/// Spawns tasks, waits for them, and hears when one crashes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tasks {
    tracker: TaskTracker,
    crashes: mpsc::UnboundedSender<Crash>,
}

impl Tasks {
    /// An empty set, and where its crashes are told.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Crash>) {
        let (crashes, heard) = mpsc::unbounded_channel();
        (
            Self {
                tracker: TaskTracker::new(),
                crashes,
            },
            heard,
        )
    }

    /// Runs `task` until it ends; its error or panic stops the process.
    pub fn spawn<E: Display>(
        &self,
        name: &'static str,
        task: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        let crashes = self.crashes.clone();
        let supervised = async move {
            let cause = match AssertUnwindSafe(task).catch_unwind().await {
                Ok(Ok(())) => return,
                Ok(Err(error)) => error.to_string(),
                Err(panic) => format!("panic: {}", panics::message(panic.as_ref())),
            };
            tracing::error!(task = name, cause, "lifecycle.task_crashed");
            if crashes.send(Crash { task: name, cause }).is_err() {
                tracing::debug!(task = name, "lifecycle.crash_unheard");
            }
        };
        self.tracker
            .spawn(supervised.instrument(tracing::info_span!(TASK_SPAN, name)));
    }

    /// The tracker below, for libraries that spawn by themselves; what it runs is waited for but
    /// not supervised.
    pub const fn tracker(&self) -> &TaskTracker {
        &self.tracker
    }

    /// Takes the end of the last task as the end of all.
    pub fn close(&self) {
        self.tracker.close();
    }

    /// Waits until the set is closed and empty.
    pub async fn wait(&self) {
        self.tracker.wait().await;
    }

    /// How many run.
    pub fn len(&self) -> usize {
        self.tracker.len()
    }

    /// Whether none runs.
    pub fn is_empty(&self) -> bool {
        self.tracker.is_empty()
    }
}
