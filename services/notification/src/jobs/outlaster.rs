//! Looks for messages that have been unknown for so long that policy says something about them.

use std::time::Duration;

use winner_messaging::Ledger;
use winner_platform::Shutdown;

use super::wake::Wake;
use crate::commands::outlast::{FULL, Policies, outlast};
use crate::domain::patience::Patience;

/// Policies speak of minutes.
const EVERY: Duration = Duration::from_secs(10);

/// Applies policies until `shutdown`; at once ended where all unknown messages are held.
pub async fn run(
    ledger: Ledger,
    policies: Policies,
    patience: Patience,
    wake: Wake,
    shutdown: Shutdown,
) {
    if policies.0.is_empty() {
        return;
    }
    loop {
        tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => return,
            () = tokio::time::sleep(ledger.ids().jittered(EVERY)) => {}
        }
        loop {
            match outlast(&ledger, &policies, &patience).await {
                Ok(0) => break,
                Ok(looked_at) => {
                    wake.senders();
                    if looked_at < FULL {
                        break;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "outlast.failed");
                    break;
                }
            }
        }
    }
}
