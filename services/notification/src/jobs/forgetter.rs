//! Deletes what people were written, once it has been kept long enough. Hashes, states and answers stay.

use std::time::Duration;

use winner_messaging::Ledger;
use winner_platform::Shutdown;

use crate::store::bodies;

/// Bodies per statement: as many deleted means that there may be more.
const FULL: u64 = 500;
/// Between looks: a day counts as over at most an hour late.
const EVERY: Duration = Duration::from_hours(1);

/// Deletes bodies older than `keep`, now and then every hour.
pub async fn run(ledger: Ledger, keep: Duration, shutdown: Shutdown) {
    loop {
        let forgotten = forget(&ledger, keep, &shutdown).await;
        if forgotten > 0 {
            tracing::info!(bodies = forgotten, "bodies.forgotten");
        }
        tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => return,
            () = tokio::time::sleep(ledger.ids().jittered(EVERY)) => {}
        }
    }
}

/// Deletes all that is older than `keep`, unless told to stop; says how many were deleted.
pub async fn forget(ledger: &Ledger, keep: Duration, shutdown: &Shutdown) -> u64 {
    let limit = i64::try_from(FULL).unwrap_or(i64::MAX);
    let mut forgotten = 0;
    while !shutdown.soft.is_cancelled() {
        match bodies::forget(ledger.pool(), keep, limit).await {
            Ok(deleted) => {
                forgotten += deleted;
                if deleted < FULL {
                    break;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "bodies.not_forgotten");
                break;
            }
        }
    }
    forgotten
}
