//! Records the reports of the dispatcher, as many at a time as have come, and tells it that places are free.

use std::time::Duration;

use tokio::sync::mpsc;
use winner_messaging::Ledger;
use winner_platform::Shutdown;

use crate::commands::webhooks::conclude::{Report, conclude};
use crate::jobs::wake::Wake;

/// Reports per transaction.
const BATCH: usize = 200;
/// The first pause while they cannot be recorded; doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Records reports until the dispatcher is gone. What cannot be recorded now is recorded later, or its lease runs
/// out and it is made again under the same id.
pub async fn run(
    ledger: Ledger,
    wake: Wake,
    mut reports: mpsc::Receiver<Report>,
    shutdown: Shutdown,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while reports.recv_many(&mut batch, BATCH).await > 0 {
        let mut pause = FIRST_PAUSE;
        while let Err(error) = conclude(&ledger, batch.clone()).await {
            tracing::warn!(%error, reports = batch.len(), "webhook.conclude.failed");
            tokio::select! {
                () = shutdown.hard.cancelled() => return,
                () = tokio::time::sleep(ledger.ids().jittered(pause)) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        batch.clear();
        wake.webhooks();
    }
}
