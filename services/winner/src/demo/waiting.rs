//! Waiting for what happens elsewhere, doing many things at once, and stepping business time.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures::{StreamExt as _, TryStreamExt as _};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use time::OffsetDateTime;
use winner_platform::clock;

use crate::commands::clock::database_time;
use crate::stack::Bar;
use crate::stack::system::System;

/// How long anything may take to come about.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);
/// People who act at the same moment.
const AT_ONCE: usize = 8;

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

/// Does independent things, a few at once; the answers are in the order of the things.
///
/// # Errors
/// The first error; what has not begun by then is left undone.
pub(crate) async fn each<T, F>(bar: Bar, things: impl IntoIterator<Item = F>) -> Result<Vec<T>>
where
    F: Future<Output = Result<T>>,
{
    futures::stream::iter(things)
        .map(|thing| async {
            let done = thing.await;
            bar.tick();
            done
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

/// Business time, as an operator shifts it.
pub(crate) struct StageClock {
    pool: PgPool,
    /// May see what every role is doing.
    observer: PgPool,
    database: String,
    processes: i64,
    waited_millis: AtomicU64,
}

impl StageClock {
    /// The clock of a system whose services run.
    ///
    /// # Errors
    /// When its database cannot be reached.
    pub(crate) async fn open(system: &System) -> Result<Self> {
        let (stack, installation) = (&system.stack, &system.installation);
        let url = installation.realm().postgres_url("migrator")?;
        let connect = async |url: &str| PgPool::connect(url).await.context("the clock's database");
        Ok(Self {
            pool: connect(url.expose_secret()).await?,
            observer: connect(stack.postgres_admin_url().expose_secret()).await?,
            database: installation.realm().database().to_owned(),
            processes: i64::try_from(installation.fleet.copies().len())?,
            waited_millis: AtomicU64::default(),
        })
    }

    /// Sets business time and waits until every service has heard of it.
    ///
    /// # Errors
    /// When the database cannot be asked, or a service does not ask the time.
    pub(crate) async fn set(&self, to: OffsetDateTime) -> Result<()> {
        let began = tokio::time::Instant::now();
        let offset = to - database_time(&self.pool).await?;
        clock::set_offset(&self.pool, offset).await?;
        let since = database_time(&self.pool).await?;
        until("the services to look at the clock", async || {
            let heard = self.heard(since).await?;
            Ok((heard >= self.processes).then_some(()))
        })
        .await?;
        let waited = u64::try_from(began.elapsed().as_millis())?;
        self.waited_millis.fetch_add(waited, Ordering::Relaxed);
        Ok(())
    }

    /// How long the services were waited for in all.
    pub(crate) fn waited(&self) -> Duration {
        Duration::from_millis(self.waited_millis.load(Ordering::Relaxed))
    }

    /// How many processes have asked the database for the time after `since`, and have their answer. Each
    /// asks every second, by a connection of its own.
    async fn heard(&self, since: OffsetDateTime) -> Result<i64> {
        let asked = sqlx::query_scalar!(
            r#"SELECT count(*) AS "asked!"
                 FROM pg_catalog.pg_stat_activity
                WHERE datname = $1
                  AND state = 'idle'
                  AND query LIKE '%clock_timestamp()%platform.clock%'
                  AND query_start > $2"#,
            self.database,
            since,
        )
        .fetch_one(&self.observer)
        .await?;
        Ok(asked)
    }
}
