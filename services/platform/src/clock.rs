//! Business time in this process.
//!
//! Business time is the database's time plus an offset kept in `platform.clock`. Every second the
//! clock asks the database for both, notes how long the answer took, and maps the answer of the
//! shortest round trip of the last minute onto the process's monotonic clock. The true database
//! time lies within half of that round trip; when that is more than 25 ms the clock is not settled
//! and the process is not ready.

mod mapping;
mod offset;
mod sampling;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::time::OffsetDateTime;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::lifecycle::Tasks;
use crate::pg::is_transient;
use crate::time::{BusinessTime, RealTime};

pub use mapping::MAX_ERROR;
pub use offset::{advance_offset, offsets_allowed, read_offset, set_offset};

/// Tells the time. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    Database(Arc<sampling::Sampled>),
    Manual(Arc<Mutex<BusinessTime>>),
}

impl Clock {
    /// Takes the first sample and keeps sampling every second until `stop`, by a connection of its
    /// own beside those of `pool`.
    ///
    /// # Errors
    /// When the database cannot be asked, or holds no clock.
    pub async fn start(
        pool: PgPool,
        tasks: &Tasks,
        stop: CancellationToken,
    ) -> Result<Self, ClockError> {
        let sampled = Arc::new(sampling::Sampled::new(&pool));
        sampled.sample().await?;
        tasks.spawn("clock", sampling::keep(Arc::clone(&sampled), stop));
        Ok(Self {
            source: Source::Database(sampled),
        })
    }

    /// A clock that stands still until [`Self::advance`], for tests. It is always settled.
    pub fn manual(start: BusinessTime) -> Self {
        Self {
            source: Source::Manual(Arc::new(Mutex::new(start))),
        }
    }

    /// A clock that never had an answer.
    #[cfg(test)]
    pub(crate) fn unsampled(pool: &PgPool) -> Self {
        Self {
            source: Source::Database(Arc::new(sampling::Sampled::new(pool))),
        }
    }

    /// Moves a manual clock forward, for tests. Does nothing to a clock that follows a database:
    /// that one is moved by [`advance_offset`].
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(now) = &self.source {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            *now = now.checked_add(by).unwrap_or(*now);
        }
    }

    /// The business time now: of deadlines, receipts, events.
    pub fn business(&self) -> BusinessTime {
        match &self.source {
            Source::Database(sampled) => sampled.business(),
            Source::Manual(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// The real time now, by the machine's own clock: of tokens, leases, metrics.
    pub fn real(&self) -> RealTime {
        RealTime::from_offset(OffsetDateTime::UNIX_EPOCH + unix_now())
    }

    /// Whether business time is known to within [`MAX_ERROR`] from a sample of the last minute.
    pub fn is_settled(&self) -> bool {
        match &self.source {
            Source::Database(sampled) => sampled.is_settled(),
            Source::Manual(_) => true,
        }
    }

    /// Whether business time was ever known to within [`MAX_ERROR`]. From then on an arrival can
    /// be stamped even while the database stalls, because the monotonic clock carries on.
    pub fn has_settled(&self) -> bool {
        match &self.source {
            Source::Database(sampled) => sampled.has_settled(),
            Source::Manual(_) => true,
        }
    }

    /// Takes a sample now, so that a shifted offset is seen at once.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn resample_now(&self) -> Result<(), ClockError> {
        match &self.source {
            Source::Database(sampled) => sampled.sample().await,
            Source::Manual(_) => Ok(()),
        }
    }
}

/// Why the clock cannot be read or set.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The database cannot be asked.
    #[error("the clock's database query failed")]
    Database(#[from] sqlx::Error),
    /// The schema `platform` is there but its row is not.
    #[error("platform.clock holds no row; run the migrations")]
    Missing,
    /// A row set at install forbids offsets here.
    #[error("this installation is in production: business time cannot be shifted")]
    Forbidden,
    /// Neither the database nor this process can hold such a time.
    #[error("the offset is out of range")]
    OutOfRange,
}

impl ClockError {
    /// The database is not there yet, or not migrated yet: a service waits for either. Between the making of a table and its grants
    /// a service may already see it and not read it.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Database(error) => {
                let code = error
                    .as_database_error()
                    .and_then(sqlx::error::DatabaseError::code);
                // Undefined table, undefined schema, insufficient privilege.
                is_transient(error)
                    || code.is_some_and(|code| matches!(&*code, "42P01" | "3F000" | "42501"))
            }
            Self::Forbidden | Self::OutOfRange => false,
        }
    }
}

/// The time since 1970 by the machine's clock.
pub(crate) fn unix_now() -> Duration {
    std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests;
