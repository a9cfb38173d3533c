//! Looks for messages that nobody takes care of although somebody should: queued past their turn while
//! their sender is at leisure, or sending long after their lease ran out. They are counted and told of, and
//! never moved: that such messages exist is a defect, and silence would hide it.

use std::time::Duration;

use winner_messaging::Ledger;
use winner_platform::Shutdown;

use super::wake::Wake;
use crate::domain::channel::Channel;
use crate::metrics::STUCK;
use crate::store::left_behind::{self, LeftBehind};

/// A sender that has been at leisure for so long has no reason to leave anything queued.
const LEISURE: Duration = Duration::from_mins(1);
/// How often they are looked for.
const EVERY: Duration = Duration::from_secs(15);

/// How long is too long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Past its turn.
    pub late: Duration,
    /// Past its lease: the reaper has had its chance.
    pub lapsed: Duration,
}

/// Counts what is stuck, until `shutdown`, and tells of it once.
pub async fn run(ledger: Ledger, wake: Wake, lapsed: Duration, shutdown: Shutdown) {
    let limits = Limits {
        late: LEISURE,
        lapsed,
    };
    let mut told = [false; Channel::ALL.len()];
    loop {
        tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => return,
            () = tokio::time::sleep(ledger.ids().jittered(EVERY)) => {}
        }
        for (channel, told) in Channel::ALL.into_iter().zip(&mut told) {
            let leisure = wake.at_leisure(channel) >= LEISURE;
            match look(&ledger, channel, leisure, limits).await {
                Ok(stuck) => tell(channel, stuck, told),
                Err(error) => tracing::warn!(%error, "stuck.failed"),
            }
        }
    }
}

/// What is stuck of a channel. While its sender has its hands full, or trouble, nothing that waits is.
///
/// # Errors
/// The database's.
pub async fn look(
    ledger: &Ledger,
    channel: Channel,
    leisure: bool,
    limits: Limits,
) -> Result<LeftBehind, sqlx::Error> {
    let found = left_behind::count(ledger.pool(), channel, limits.late, limits.lapsed).await?;
    Ok(LeftBehind {
        queued: if leisure { found.queued } else { 0 },
        ..found
    })
}

/// Records the counts, and says it in the log when there are some where there were none.
fn tell(channel: Channel, stuck: LeftBehind, told: &mut bool) {
    let code = channel.code();
    for (state, count) in [("queued", stuck.queued), ("sending", stuck.sending)] {
        STUCK.record(count, [code.into(), state.into()]);
    }
    let some = stuck != LeftBehind::default();
    if some && !*told {
        let LeftBehind { queued, sending } = stuck;
        tracing::error!(channel = code, queued, sending, "messages.stuck");
    }
    *told = some;
}
