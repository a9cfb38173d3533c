//! Holds receipts that wait against the messages there are, and forgets old ones.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use winner_messaging::Ledger;
use winner_platform::Shutdown;

use crate::commands::receive::{FULL, settle};
use crate::store::{receipts, sms_uses};

/// How often they are looked at when none has just come.
const POLL: Duration = Duration::from_secs(1);
/// How often old ones are forgotten.
const FORGET: Duration = Duration::from_hours(1);
/// A receipt that found no message by then is about none of ours.
const UNCLAIMED: Duration = Duration::from_hours(7 * 24);
/// Settled receipts are proof for so long.
const SETTLED: Duration = Duration::from_hours(366 * 24);

/// Settles receipts until `shutdown`; `heard` rings when some have come.
pub async fn run(ledger: Ledger, heard: Arc<Notify>, shutdown: Shutdown) {
    let mut forgotten: Option<Instant> = None;
    loop {
        loop {
            match settle(&ledger).await {
                Ok(FULL) => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "receipts.settle.failed");
                    break;
                }
            }
        }
        if forgotten.is_none_or(|at| at.elapsed() > FORGET) {
            forgotten = Some(Instant::now());
            forget(&ledger).await;
        }
        tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => return,
            () = heard.notified() => {}
            () = tokio::time::sleep(ledger.ids().jittered(POLL)) => {}
        }
    }
}

async fn forget(ledger: &Ledger) {
    let receipts = receipts::forget(ledger.pool(), UNCLAIMED, SETTLED).await;
    if let Err(error) = receipts
        .map(drop)
        .and(sms_uses::forget(ledger.pool()).await)
    {
        tracing::warn!(%error, "receipts.forget.failed");
    }
}
