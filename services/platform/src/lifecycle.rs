//! Starting, failing and stopping.
//!
//! A process stops in two stages: the *soft* token asks everyone to finish what they hold, the
//! *hard* one (a second signal, or the end of the drain time) makes them let go. A task that ends
//! in an error or a panic stops the whole process, because half a service is worse than none.

mod signals;
mod tasks;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

pub(crate) use tasks::TASK_SPAN;
pub use tasks::{Crash, Tasks};

/// The two stages of stopping. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    /// Finish what you hold and take nothing new.
    pub soft: CancellationToken,
    /// Let go. Cancelled only after `soft`.
    pub hard: CancellationToken,
}

impl Shutdown {
    /// Neither stage has begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// A stop within this one: whatever stops this stops the other, not the other way round.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            soft: self.soft.child_token(),
            hard: self.hard.child_token(),
        }
    }
}

/// How a process ended.
#[derive(Debug, thiserror::Error)]
pub enum LifecycleError {
    /// A task crashed.
    #[error(transparent)]
    Crashed(#[from] Crash),
    /// Some task did not finish within the drain time.
    #[error("{0} task(s) did not stop within the drain time")]
    Undrained(usize),
    /// The operating system lets us catch no signals.
    #[error("cannot listen for signals")]
    Signals(#[source] std::io::Error),
}

/// One process's run, from start to the last task's end.
#[derive(Debug)]
pub struct Lifecycle {
    shutdown: Shutdown,
    tasks: Tasks,
    crashes: tokio::sync::mpsc::UnboundedReceiver<Crash>,
    drain: Duration,
}

impl Lifecycle {
    /// A run whose tasks get `drain` to finish once it stops. Keep it below the platform's own
    /// patience (`terminationGracePeriodSeconds`).
    pub fn new(drain: Duration) -> Self {
        let (tasks, crashes) = Tasks::new();
        Self {
            shutdown: Shutdown::new(),
            tasks,
            crashes,
            drain,
        }
    }

    /// The tokens to pass to everything that runs.
    pub fn shutdown(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// Where to spawn.
    pub fn tasks(&self) -> Tasks {
        self.tasks.clone()
    }

    /// Waits for SIGTERM, SIGINT, a crash, or `soft` cancelled by anyone; then lets every task
    /// drain, under one deadline.
    ///
    /// # Errors
    /// The crash that stopped the process, or that draining took too long.
    pub async fn run(self) -> Result<(), LifecycleError> {
        let signals = signals::Signals::new().map_err(LifecycleError::Signals)?;
        self.run_until(signals).await
    }

    async fn run_until(mut self, mut signals: signals::Signals) -> Result<(), LifecycleError> {
        let mut crashed = tokio::select! {
            name = signals.next() => {
                tracing::info!(signal = name, "lifecycle.stopping");
                None
            }
            crash = self.crashes.recv() => crash,
            () = self.shutdown.soft.cancelled() => None,
        };
        self.shutdown.soft.cancel();
        self.tasks.close();

        let undrained = tokio::select! {
            () = self.tasks.wait() => 0,
            () = tokio::time::sleep(self.drain) => self.let_go("drain time is over").await,
            _ = signals.next() => self.let_go("second signal").await,
        };
        self.shutdown.hard.cancel();
        // A task may also crash while it drains; the first crash is the one that tells.
        while let Ok(crash) = self.crashes.try_recv() {
            crashed.get_or_insert(crash);
        }
        match (crashed, undrained) {
            (Some(crash), _) => Err(crash.into()),
            (None, 0) => Ok(()),
            (None, undrained) => Err(LifecycleError::Undrained(undrained)),
        }
    }

    /// Cancels the hard token and gives the tasks a moment to notice; answers how many did not.
    async fn let_go(&self, why: &'static str) -> usize {
        let left = self.tasks.len();
        tracing::warn!(tasks = left, why, "lifecycle.letting_go");
        self.shutdown.hard.cancel();
        match tokio::time::timeout(HARD_STOP, self.tasks.wait()).await {
            Ok(()) => 0,
            Err(_) => self.tasks.len(),
        }
    }
}

/// How long a task may take to notice the hard stop.
const HARD_STOP: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests;
