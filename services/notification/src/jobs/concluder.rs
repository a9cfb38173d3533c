//! Records the reports of senders, as many at a time as have come.

use std::time::Duration;

use tokio::sync::mpsc;
use winner_messaging::Ledger;
use winner_platform::Shutdown;

use crate::commands::conclude::{Ended, conclude};
use crate::domain::patience::Patience;

/// Reports per transaction.
const BATCH: usize = 100;
/// The first pause while they cannot be recorded; doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Records reports until the senders are gone. What cannot be recorded now is recorded later: a
/// message that had become unknown meanwhile is settled then.
pub async fn run(
    ledger: Ledger,
    patience: Patience,
    mut reports: mpsc::Receiver<Ended>,
    shutdown: Shutdown,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while reports.recv_many(&mut batch, BATCH).await > 0 {
        let mut pause = FIRST_PAUSE;
        while let Err(error) = conclude(&ledger, &patience, &batch).await {
            tracing::warn!(%error, reports = batch.len(), "conclude.failed");
            tokio::select! {
                () = shutdown.hard.cancelled() => return,
                () = tokio::time::sleep(ledger.ids().jittered(pause)) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        batch.clear();
    }
}
