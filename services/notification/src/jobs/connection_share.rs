//! Keeps this copy's part of the connections that all copies together may have.
//!
//! What the database says is held is never less than what this copy may use: it gives permits back first
//! and tells the database then, and takes new ones only once the database has said so.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use uuid::Uuid;
use winner_platform::Shutdown;

use super::relays::Relays;
use crate::store::connection_shares::{self, Asked};

/// So often the share is asked for anew.
const EVERY: Duration = Duration::from_secs(2);
/// Without asking it is another's after this long.
const LEASE: Duration = Duration::from_secs(20);
/// ... and not used any more after this long.
const SURE: Duration = Duration::from_secs(15);

/// This copy's connections.
pub struct ConnectionShare {
    /// Who this copy is.
    pub holder: Uuid,
    /// Where shares are kept.
    pub pool: PgPool,
    /// One permit for each connection; none at first.
    pub permits: Arc<Semaphore>,
    /// So many this copy could use.
    pub wanted: u32,
    /// So many all may have.
    pub limit: u32,
    /// What has to know.
    pub relays: Arc<Relays>,
}

impl ConnectionShare {
    /// Renews the share until `shutdown`, and gives it back when all connections are closed.
    pub async fn run(self, shutdown: Shutdown) {
        let (mut held, mut fair) = (0_u32, self.limit);
        let mut sure_until = Instant::now();
        loop {
            held = self.give_up(held, fair);
            let asked = Asked {
                holder: self.holder,
                held,
                wanted: self.wanted,
                limit: self.limit,
                lease: LEASE,
            };
            let asking = Instant::now();
            match connection_shares::renew(&self.pool, asked).await {
                Ok((granted, share)) => {
                    self.permits
                        .add_permits((granted.saturating_sub(held)) as usize);
                    (held, fair) = (granted, share);
                    sure_until = asking + SURE;
                }
                Err(error) => {
                    tracing::warn!(%error, "connections.share.failed");
                    if Instant::now() >= sure_until {
                        fair = 0;
                    }
                }
            }
            self.relays.keep(held as usize);
            tokio::select! {
                biased;
                () = shutdown.soft.cancelled() => break,
                () = sleep(EVERY) => {}
            }
        }
        // What is being sent is finished first; the lease outlasts a slow end.
        let finished = self.permits.acquire_many(held);
        if tokio::time::timeout(SURE, finished).await.is_ok()
            && let Err(error) = connection_shares::give_back(&self.pool, self.holder).await
        {
            tracing::warn!(%error, "connections.share.failed");
        }
    }

    /// Takes permits away that nobody uses, down to `fair`; says how many there still are.
    fn give_up(&self, held: u32, fair: u32) -> u32 {
        let surplus = held.saturating_sub(fair) as usize;
        let gone = self.permits.forget_permits(surplus);
        held - u32::try_from(gone).unwrap_or(held)
    }
}
