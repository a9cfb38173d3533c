//! Liveness and readiness.
//!
//! `""` says that the process lives and asks nothing; `"readiness"` says whether it can be given
//! work and follows named checks.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

type Check =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// Why a process is not ready: the first check that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{check}: {cause}")]
pub struct Unready {
    /// The name of the check.
    pub check: &'static str,
    /// What it said.
    pub cause: String,
}

/// The checks a process must pass to be ready.
#[derive(Clone, Default)]
pub struct Readiness {
    checks: Vec<(&'static str, Check)>,
}

impl Readiness {
    /// No check: always ready.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more check. It must be quick, and its error must name nobody.
    #[must_use]
    pub fn require<F, Fut, E>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display,
    {
        let check: Check = Arc::new(move || {
            let checked = check();
            Box::pin(async move { checked.await.map_err(|error| error.to_string()) })
        });
        self.checks.push((name, check));
        self
    }

    /// Runs the checks in order.
    ///
    /// # Errors
    /// The first that fails.
    pub async fn check(&self) -> Result<(), Unready> {
        for (name, check) in &self.checks {
            check()
                .await
                .map_err(|cause| Unready { check: name, cause })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.checks.iter().map(|(name, _)| name))
            .finish()
    }
}
