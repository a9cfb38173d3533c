//! Waits for one's turn at a relay that has a limit. All copies of this service take their turns from the
//! database, some at a time, so that a turn does not cost a question.

use std::collections::VecDeque;
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use crate::domain::tempo::{Slot, Tempo, slots};
use crate::store::paces;

/// A relay's limit. Without one, it is always everybody's turn.
pub struct Pace {
    pool: PgPool,
    route: String,
    tempo: Option<Tempo>,
    /// Taken, and not used yet. Held locked while more are taken, so that all others wait for them.
    taken: Mutex<VecDeque<Slot<Instant>>>,
}

/// There is no turn in time.
#[derive(Debug, thiserror::Error)]
pub enum NoTurn {
    /// It would come too late.
    #[error("the relay's limit leaves no turn in time")]
    TooLate,
    /// The database's.
    #[error("turns cannot be taken")]
    Store(#[from] sqlx::Error),
}

impl Pace {
    /// The limit of the relay or gateway `route`, of so many messages a second by all copies together;
    /// nought is none.
    pub fn new(pool: PgPool, route: &str, per_second: u32) -> Self {
        Self {
            pool,
            route: route.to_owned(),
            tempo: Tempo::new(per_second),
            taken: Mutex::new(VecDeque::new()),
        }
    }

    /// The limit of so many messages in any window of this length.
    pub fn within(pool: PgPool, route: &str, messages: u32, window: Duration) -> Self {
        Self {
            tempo: Tempo::within(messages, window),
            ..Self::new(pool, route, 0)
        }
    }

    /// Ends when it is the caller's turn: it must begin before the slot ends. Without a limit there is none.
    ///
    /// # Errors
    /// [`NoTurn`] where its turn would come after `deadline`, or turns cannot be had.
    pub async fn turn(&self, deadline: Instant) -> Result<Option<Slot<Instant>>, NoTurn> {
        let Some(tempo) = self.tempo else {
            return Ok(None);
        };
        loop {
            let slot = self.next(tempo).await?;
            if slot.earliest > deadline {
                return Err(NoTurn::TooLate);
            }
            sleep_until(slot.earliest).await;
            // Late by more than the limit can bear: somebody else's turn now.
            if Instant::now() <= slot.latest {
                return Ok(Some(slot));
            }
            if Instant::now() > deadline {
                return Err(NoTurn::TooLate);
            }
        }
    }

    async fn next(&self, tempo: Tempo) -> Result<Slot<Instant>, NoTurn> {
        let mut taken = self.taken.lock().await;
        loop {
            if let Some(slot) = taken.pop_front() {
                return Ok(slot);
            }
            let mut conn = self.pool.acquire().await?;
            let asked = Instant::now();
            let (count, spacing) = (tempo.at_once(), tempo.spacing());
            let begins_in = paces::take(&mut conn, &self.route, count, spacing).await?;
            taken.extend(slots(asked, Instant::now(), begins_in, spacing, count));
        }
    }
}
