//! Load at a fixed rate, load of a fixed width, and what they say of latency.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

/// Latencies, to be asked for their quantiles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn new(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        Self(all)
    }

    /// The latency that so many per mille are not above.
    pub(crate) fn at(&self, per_mille: usize) -> Duration {
        let rank = (self.0.len() * per_mille).div_ceil(1000).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    /// The same in milliseconds.
    pub(crate) fn ms(&self, per_mille: usize) -> f64 {
        self.at(per_mille).as_secs_f64() * 1e3
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "p50 {:.2}, p99 {:.2}, max {:.1} ms",
            self.ms(500),
            self.ms(990),
            self.ms(1000)
        )
    }
}

/// Begins `work(n)` at fixed times, `rate` a second, until `ends` says so after the nth; each latency
/// counts from when its work should have begun.
pub(crate) async fn at_rate<F>(
    rate: f64,
    mut ends: impl FnMut(u64, Duration) -> bool,
    work: impl Fn(u64) -> F,
) -> Result<Latencies>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let began = tokio::time::Instant::now();
    let mut running = JoinSet::new();
    let mut latencies = Vec::new();
    let mut n = 0_u64;
    while !ends(n, began.elapsed()) {
        let intended = began + Duration::from_secs_f64(n as f64 / rate);
        tokio::time::sleep_until(intended).await;
        let work = work(n);
        running.spawn(async move {
            work.await?;
            anyhow::Ok(intended.elapsed())
        });
        while let Some(done) = running.try_join_next() {
            latencies.push(done??);
        }
        n += 1;
    }
    while let Some(done) = running.join_next().await {
        latencies.push(done??);
    }
    Ok(Latencies::new(latencies))
}

/// So much work with so many at it at any time; returns how long it took.
pub(crate) async fn in_flight<F>(
    width: u64,
    amount: u64,
    work: impl Fn(u64) -> F + Clone + Send + 'static,
) -> Result<Duration>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    ensure!(amount >= width, "less work than workers");
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for worker in 0..width {
        let work = work.clone();
        let step = usize::try_from(width)?;
        workers.spawn(async move {
            for n in (worker..amount).step_by(step) {
                work(n).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = workers.join_next().await {
        done??;
    }
    Ok(began.elapsed())
}
