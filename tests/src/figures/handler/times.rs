//! When each of many was sent and received.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::figures::load::Latencies;

type Both = (Option<Instant>, Option<Instant>);

/// Both times, by name. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Times(Arc<Mutex<HashMap<String, Both>>>);

impl Times {
    pub(super) fn sent(&self, name: String, at: Instant) {
        self.all().entry(name).or_default().0 = Some(at);
    }

    /// It is received now, unless it was before.
    pub(super) fn received(&self, name: String) {
        let now = Instant::now();
        self.all().entry(name).or_default().1.get_or_insert(now);
    }

    pub(super) fn clear(&self) {
        self.all().clear();
    }

    /// Waits until so many were sent and received.
    pub(super) async fn latencies(&self, amount: u64) -> Result<Latencies> {
        let began = Instant::now();
        loop {
            // A handler may be called before the sender has heard that its commit succeeded.
            let done: Vec<Duration> = self
                .all()
                .values()
                .filter_map(|(sent, received)| {
                    Some((*received)?.saturating_duration_since((*sent)?))
                })
                .collect();
            if done.len() >= usize::try_from(amount)? {
                return Ok(Latencies::new(done));
            }
            ensure!(
                began.elapsed() < Duration::from_secs(120),
                "{} of {amount} came",
                done.len()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Both>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
