//! Looks for leases that ran out, and for receipts whose message came after them.

use std::time::Duration;

use winner_messaging::Ledger;
use winner_platform::Shutdown;

use crate::commands::reap::{FULL, reap};
use crate::commands::receive::catch_up;

/// Settles lapsed leases and joins receipts every `every`, leases again at once while there are many.
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
        if let Err(error) = catch_up(&ledger).await {
            tracing::warn!(%error, "receipts.failed");
        }
    }
}
