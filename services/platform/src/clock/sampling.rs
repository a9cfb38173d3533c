//! Asking the database for the time.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::time::OffsetDateTime;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::mapping::{Mapping, Sample};
use super::{ClockError, unix_now};
use crate::time::BusinessTime;

/// How often the database is asked.
const EVERY: Duration = Duration::from_secs(1);
/// How long an answer may take; a slower one could never be the best sample anyway.
const TIMEOUT: Duration = Duration::from_secs(2);

/// A database, the process's monotonic clock, and what maps one to the other.
#[derive(Debug)]
pub(super) struct Sampled {
    pool: PgPool,
    started: Instant,
    mapping: Mutex<Mapping>,
}

impl Sampled {
    /// Asks the database of `pool` by a connection of its own: when the pool is used up in a rush,
    /// the clock must not be what makes the process unready.
    pub(super) fn new(pool: &PgPool) -> Self {
        let own = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(TIMEOUT);
        Self {
            pool: own.connect_lazy_with(pool.connect_options().as_ref().clone()),
            started: Instant::now(),
            mapping: Mutex::default(),
        }
    }

    /// Asks once.
    pub(super) async fn sample(&self) -> Result<(), ClockError> {
        // The connection comes first, so that waiting for one is not taken for a slow answer.
        let mut connection = self.pool.acquire().await?;
        let asked = self.started.elapsed();
        let row = sqlx::query!(
            r#"
            SELECT clock_timestamp()                      AS "now!",
                   extract(epoch FROM "offset")::float8   AS "offset_seconds!"
            FROM   platform.clock
            "#
        )
        .fetch_optional(&mut *connection)
        .await?
        .ok_or(ClockError::Missing)?;
        let answered = self.started.elapsed();
        let offset = ::time::Duration::checked_seconds_f64(row.offset_seconds)
            .ok_or(ClockError::OutOfRange)?;
        self.lock().add(Sample {
            asked,
            answered,
            database: row.now,
            offset,
        });
        Ok(())
    }

    pub(super) fn business(&self) -> BusinessTime {
        let moment = self.started.elapsed();
        let at = self.lock().business(moment);
        // A clock is handed out only after its first sample, so the machine's time never shows.
        BusinessTime::from_offset(at.unwrap_or_else(|| OffsetDateTime::UNIX_EPOCH + unix_now()))
    }

    pub(super) fn is_settled(&self) -> bool {
        let moment = self.started.elapsed();
        self.lock().is_settled(moment)
    }

    pub(super) fn has_settled(&self) -> bool {
        self.lock().has_settled()
    }

    fn lock(&self) -> MutexGuard<'_, Mapping> {
        self.mapping.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks every second until `stop`. A failure is told once, and once when it is over.
pub(super) async fn keep(sampled: Arc<Sampled>, stop: CancellationToken) -> Result<(), Infallible> {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = every.tick() => {}
        }
        let failure = match tokio::time::timeout(TIMEOUT, sampled.sample()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("no answer in time".to_owned()),
        };
        match failure {
            Some(cause) if !failing => {
                failing = true;
                tracing::warn!(cause, "clock.sample_failed");
            }
            None if failing => {
                failing = false;
                tracing::info!("clock.sampling_again");
            }
            _ => {}
        }
    }
    sampled.pool.close().await;
    Ok(())
}
