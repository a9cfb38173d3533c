//! Looks for leases that ran out.

use std::time::Duration;

use winner_messaging::Ledger;
use winner_platform::Shutdown;

use crate::commands::reap::{FULL, reap};

/// Settles lapsed leases every `every`, and again at once while there are many.
pub async fn run(ledger: Ledger, every: Duration, shutdown: Shutdown) {
    loop {
        tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => return,
            () = tokio::time::sleep(ledger.ids().jittered(every)) => {}
        }
        loop {
            match reap(&ledger).await {
                Ok(FULL) => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "reap.failed");
                    break;
                }
            }
        }
    }
}
