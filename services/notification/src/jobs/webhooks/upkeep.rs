//! What time asks for: deliveries whose process went away, organisers to be told, seals to be renewed, and what
//! has been kept long enough.

use std::time::Duration;

use tokio::time::Instant;
use winner_messaging::ReactionError;
use winner_notification_core::webhook::answer::{Attempted, Fault};
use winner_platform::Shutdown;

use super::Serving;
use crate::commands::webhooks::conclude::{Report, conclude};
use crate::commands::webhooks::tell::tell;
use crate::reactions::announcing::Announcer;
use crate::store::webhooks::{claims, secrets, upkeep};
use crate::webhooks::keyring::{OpenError, SealError};

/// Between looks for lapsed leases and for what is to be told.
const EVERY: Duration = Duration::from_secs(5);
/// Between ends of keeping.
const FORGET_EVERY: Duration = Duration::from_hours(1);
/// Rows in one transaction.
const BATCH: i64 = 200;

/// Looks after what was left behind.
pub struct Upkeep {
    /// What the jobs share.
    pub serving: Serving,
    /// Tells organisers.
    pub announcer: Announcer,
}

#[derive(Debug, thiserror::Error)]
enum UpkeepError {
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    #[error(transparent)]
    Telling(#[from] ReactionError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl Upkeep {
    /// Runs until `shutdown`.
    pub async fn run(self, shutdown: Shutdown) {
        let mut forgot: Option<Instant> = None;
        note("seal", self.seal_again().await);
        while shutdown
            .soft
            .run_until_cancelled(tokio::time::sleep(
                self.serving.ledger.ids().jittered(EVERY),
            ))
            .await
            .is_some()
        {
            note("lapsed", self.lapsed().await);
            note("tell", self.tell().await);
            if forgot.is_none_or(|at| at.elapsed() > FORGET_EVERY) {
                note("forget", self.forget().await);
                forgot = Some(Instant::now());
            }
        }
    }

    /// Has deliveries made again whose process went away.
    async fn lapsed(&self) -> Result<u64, UpkeepError> {
        let ledger = &self.serving.ledger;
        let mut count = 0;
        loop {
            let mut conn = ledger.pool().acquire().await?;
            let lapsed = claims::lapsed(&mut conn, BATCH).await?;
            drop(conn);
            if lapsed.is_empty() {
                return Ok(count);
            }
            count += lapsed.len() as u64;
            let now = ledger.clock().real().as_offset();
            let reports = lapsed
                .into_iter()
                .map(|one| Report {
                    delivery_id: one.delivery_id,
                    endpoint_id: one.endpoint_id,
                    fence: one.fence,
                    attempted: Attempted::Unanswered(Fault::Lost),
                    began_at: now,
                    ended_at: now,
                })
                .collect();
            conclude(ledger, reports).await?;
            self.serving.wake.webhooks();
        }
    }

    /// Tells organisers of endpoints that are off.
    async fn tell(&self) -> Result<u64, UpkeepError> {
        let ledger = &self.serving.ledger;
        let mut conn = ledger.pool().acquire().await?;
        let all = upkeep::to_tell(&mut conn, BATCH).await?;
        drop(conn);
        let rules = self.serving.config.target_rules();
        for one in &all {
            tell(ledger, &self.announcer, &rules, one).await?;
        }
        Ok(all.len() as u64)
    }

    /// Forgets what was kept for long enough.
    async fn forget(&self) -> Result<u64, UpkeepError> {
        let mut count = 0;
        loop {
            let mut conn = self.serving.ledger.pool().acquire().await?;
            let now = upkeep::forget(&mut conn, self.serving.config.keep(), BATCH).await?;
            count += now;
            if now < BATCH.unsigned_abs() {
                return Ok(count);
            }
        }
    }

    /// Seals by the first key of the file what another one sealed, so that the others can go.
    async fn seal_again(&self) -> Result<u64, UpkeepError> {
        let Serving {
            ledger, keyring, ..
        } = &self.serving;
        let mut count = 0;
        loop {
            let mut tx = ledger.pool().begin().await?;
            let Some(outdated) = secrets::lock_outdated(&mut tx, &keyring.sealing()).await? else {
                return Ok(count);
            };
            let id = outdated.endpoint_id;
            let renew = |sealed| -> Result<_, UpkeepError> {
                Ok(keyring.seal(id, &keyring.open(id, sealed)?, ledger.ids())?)
            };
            let secret = renew(&outdated.secret)?;
            let old = outdated.old.as_ref().map(renew).transpose()?;
            secrets::seal_again(&mut tx, id, &secret, old.as_ref()).await?;
            tx.commit().await?;
            count += 1;
        }
    }
}

fn note(what: &'static str, done: Result<u64, UpkeepError>) {
    match done {
        Ok(0) => {}
        Ok(count) => tracing::info!(what, count, "webhook.upkeep"),
        Err(error) => tracing::warn!(what, %error, "webhook.upkeep.failed"),
    }
}
