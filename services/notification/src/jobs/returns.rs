//! Lets messages hear of reports that came while they were in a sender's hands.

use std::time::Duration;

use winner_messaging::Ledger;
use winner_platform::Shutdown;

use crate::commands::take_bounce::hear_again;

/// So often it is looked for them.
const EVERY: Duration = Duration::from_secs(1);
/// So many at once.
const BATCH: i64 = 100;

/// Looks until `shutdown`.
pub async fn run(ledger: Ledger, shutdown: Shutdown) {
    loop {
        tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => return,
            () = tokio::time::sleep(ledger.ids().jittered(EVERY)) => {}
        }
        if let Err(error) = hear_again(&ledger, BATCH).await {
            tracing::warn!(%error, "returns.failed");
        }
    }
}
