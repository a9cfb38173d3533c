//! Waiting for what happens elsewhere, and stepping business time.

use std::future::Future;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use time::OffsetDateTime;
use winner_platform::clock;

use crate::stack::installation::Installation;

/// How long anything may take to come about.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);

/// Asks again and again until there is an answer.
///
/// # Errors
/// When there is none after a minute, with what was asked.
pub(crate) async fn until<T, F>(what: &str, mut ask: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(answer) = ask().await? {
                return Ok(answer);
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
    match waited.await {
        Ok(answer) => answer,
        Err(_) => bail!("waited {} s for {what}", PATIENCE.as_secs()),
    }
}

/// Business time, as an operator shifts it.
pub(crate) struct StageClock {
    pool: PgPool,
}

impl StageClock {
    /// The clock of an installation.
    pub(crate) async fn open(installation: &Installation) -> Result<Self> {
        let url = installation.realm().postgres_url("migrator")?;
        let pool = PgPool::connect(url.expose_secret())
            .await
            .context("the clock's database")?;
        Ok(Self { pool })
    }

    /// Sets business time and waits until every service has heard of it: they look every second.
    pub(crate) async fn set(&self, to: OffsetDateTime) -> Result<()> {
        #[expect(
            clippy::disallowed_methods,
            reason = "an offset is told against real time"
        )]
        let offset = to - OffsetDateTime::now_utc();
        clock::set_offset(&self.pool, offset).await?;
        tokio::time::sleep(Duration::from_millis(2_300)).await;
        Ok(())
    }
}
