//! Liveness and readiness.
//!
//! `""` says that the process lives and asks nothing; `"readiness"` says whether it can be given
//! work and follows named checks.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::server::HealthReporter;

use crate::telemetry::own::READY;

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

/// The name of the service that readiness is asked by.
const READINESS: &str = "readiness";
/// How long all checks together may take.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// The health service, not ready before the first check.
pub(super) async fn service() -> (HealthReporter, HealthServer<impl Health>) {
    let (reporter, server) = tonic_health::server::health_reporter();
    reporter
        .set_service_status(READINESS, ServingStatus::NotServing)
        .await;
    (reporter, server)
}

/// Lets the status follow the checks until `stop`, and says "not ready" from then on. A change is
/// logged once.
pub(super) async fn follow(
    reporter: HealthReporter,
    service: Arc<str>,
    readiness: Readiness,
    every: Duration,
    stop: CancellationToken,
) {
    let mut every = tokio::time::interval(every);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut before = None;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            _ = every.tick() => {}
        }
        let now = match tokio::time::timeout(CHECK_TIMEOUT, readiness.check()).await {
            Ok(checked) => checked,
            Err(_) => Err(Unready {
                check: "all",
                cause: "no answer in time".to_owned(),
            }),
        };
        READY.record(now.is_ok().into(), [Arc::clone(&service).into()]);
        if before.as_ref() == Some(&now) {
            continue;
        }
        let status = match &now {
            Ok(()) => {
                tracing::info!("health.ready");
                ServingStatus::Serving
            }
            Err(unready) => {
                tracing::warn!(
                    check = unready.check,
                    cause = unready.cause,
                    "health.not_ready"
                );
                ServingStatus::NotServing
            }
        };
        reporter.set_service_status(READINESS, status).await;
        before = Some(now);
    }
    READY.record(0, [service.into()]);
    reporter
        .set_service_status(READINESS, ServingStatus::NotServing)
        .await;
}
