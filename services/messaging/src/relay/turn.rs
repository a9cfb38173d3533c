//! One turn: lock, read, publish, await every answer, move what landed.
//!
//! What was read goes in portions. While the broker stores one, the database moves the one before.

use std::collections::HashSet;
use std::time::Duration;

use sqlx::PgConnection;
use tokio::time::Instant;
use winner_proto::event::Visibility;

use crate::relay::fate::{Fate, Place};
use crate::relay::store::{self, Blocked, Landed};
use crate::relay::together::Answer;
use crate::relay::{Relay, RelayError};
use crate::stored::StoredEvent;
use crate::{metrics, points};

/// Nothing departs after a turn has taken this long: other relays wait for the lock.
const TURN_TIME: Duration = Duration::from_secs(10);

/// Portions that are read at once: the last one's move is the only one the broker waits for.
const PORTIONS: usize = 4;

/// Bytes of payload that are read at once. An event has 64 KiB at most, and mostly below one.
const BYTES: i64 = 16 << 20;

/// What a turn came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Another copy is the relay now.
    Busy,
    /// Nothing waits.
    Idle,
    /// Some events landed; more may wait.
    Moved,
    /// Nothing landed: what waits is blocked.
    Stuck,
    /// The broker does not answer.
    BrokerAway,
}

/// What a turn has come to so far.
#[derive(Debug, Default)]
struct Tally<'a> {
    landed: usize,
    unknown: usize,
    /// A batch has no answer.
    in_doubt: bool,
    /// Nothing of these goes out any more in this turn.
    refused: HashSet<(&'a str, &'a str)>,
}

impl<'a> Tally<'a> {
    fn count(&mut self, rows: &'a [StoredEvent], fates: &[(usize, Fate)]) {
        for (index, fate) in fates {
            match fate {
                Fate::Landed(_) => self.landed += 1,
                Fate::Unknown(_) => self.unknown += 1,
                Fate::Refused(_) => {
                    self.refused.insert(rows[*index].aggregate());
                }
            }
        }
    }

    /// Nothing at all got through: the broker is to blame, and no event.
    fn away(&self) -> bool {
        self.landed == 0 && self.refused.is_empty() && self.unknown > 0
    }

    fn outcome(&self) -> Outcome {
        if self.in_doubt || self.away() {
            Outcome::BrokerAway
        } else if self.landed == 0 {
            Outcome::Stuck
        } else {
            Outcome::Moved
        }
    }
}

impl Relay {
    /// Takes one turn in one transaction, whose advisory lock makes this the only relay.
    pub(super) async fn turn(&mut self) -> Result<Outcome, RelayError> {
        points::hit("relay.lock.before").await;
        let mut tx = self.ledger.pool().begin().await?;
        if !store::try_lock(&mut tx).await? {
            tx.rollback().await?;
            return Ok(Outcome::Busy);
        }
        points::hit("relay.lock.after").await;
        let rows = store::oldest(&mut tx, self.portion() * PORTIONS, BYTES).await?;
        points::hit("relay.select.after").await;
        if rows.is_empty() {
            tx.commit().await?;
            return Ok(Outcome::Idle);
        }
        self.streams.refresh(&self.jetstream).await;
        let outcome = self.publish(&mut tx, &rows).await?;
        points::hit("relay.commit.before").await;
        tx.commit().await?;
        points::hit("relay.commit.after").await;
        Ok(outcome)
    }

    /// How many events are published before those that landed are moved.
    fn portion(&self) -> usize {
        match self.config.relay_batch {
            1 => usize::from(self.config.relay_window),
            batch => usize::from(batch),
        }
    }

    /// Publishes the rows, portion by portion, until one is without an answer or time is up.
    async fn publish(
        &mut self,
        conn: &mut PgConnection,
        rows: &[StoredEvent],
    ) -> Result<Outcome, RelayError> {
        let until = Instant::now() + TURN_TIME;
        let indices: Vec<usize> = (0..rows.len()).collect();
        let mut tally = Tally::default();
        let mut fates = Vec::new();
        for (number, portion) in indices.chunks(self.portion()).enumerate() {
            let portion: Vec<usize> = portion
                .iter()
                .copied()
                .filter(|&index| !tally.refused.contains(&rows[index].aggregate()))
                .collect();
            // The first was read just now.
            if number > 0 {
                store::still_ours(conn).await?;
            }
            let before = std::mem::take(&mut fates);
            let (settled, batches) = tokio::join!(
                self.settle(conn, rows, before, false),
                self.publish_in_batches(rows, &portion)
            );
            settled?;
            fates = batches.fates;
            if !batches.in_doubt {
                let singly = self.publish_singly(conn, rows, &batches.left, until);
                fates.extend(singly.await);
            }
            tally.count(rows, &fates);
            tally.in_doubt |= batches.in_doubt;
            if tally.in_doubt || tally.unknown > 0 || Instant::now() >= until {
                break;
            }
        }
        self.settle(conn, rows, fates, tally.away()).await?;
        // Singly sent events tell what became of a batch: the broker has them already, or takes them.
        self.in_doubt = tally.in_doubt || (self.in_doubt && tally.away());
        Ok(tally.outcome())
    }

    /// Publishes what can go in batches: one for each side, because each has a stream of its own.
    async fn publish_in_batches(&self, rows: &[StoredEvent], portion: &[usize]) -> Batches {
        let mut batches = Batches::default();
        for side in [Visibility::Public, Visibility::Internal] {
            let chosen: Vec<usize> = portion
                .iter()
                .copied()
                .filter(|&index| rows[index].side() == side)
                .collect();
            let stream = self.naming.stream(self.service, side);
            let apart = self.in_doubt || self.config.relay_batch == 1 || chosen.len() < 2;
            if apart || !self.streams.takes_batches(&stream) {
                batches.left.extend(chosen);
                continue;
            }
            let events: Vec<&StoredEvent> = chosen.iter().map(|&index| &rows[index]).collect();
            match self.publish_together(&events).await {
                Answer::Stored(places) => {
                    let fates = places.into_iter().map(Fate::Landed);
                    batches.fates.extend(chosen.into_iter().zip(fates));
                }
                Answer::Refused => batches.left.extend(chosen),
                Answer::Unknown => {
                    batches.in_doubt = true;
                    break;
                }
            }
        }
        batches
    }

    /// Writes down what became of a portion. Those without an answer are blocked only when the broker
    /// is not `away`.
    async fn settle(
        &self,
        conn: &mut PgConnection,
        rows: &[StoredEvent],
        fates: Vec<(usize, Fate)>,
        away: bool,
    ) -> Result<(), RelayError> {
        if fates.is_empty() {
            return Ok(());
        }
        let mut landed = Vec::new();
        let mut blocked = Vec::new();
        for (index, fate) in fates {
            let row = &rows[index];
            match fate {
                Fate::Landed(place) => landed.push(self.landed(row, place)),
                Fate::Unknown(_) if away => {}
                Fate::Refused(code) | Fate::Unknown(code) => blocked.push(self.alarm(row, code)),
            }
        }
        points::hit("relay.move.before").await;
        if !landed.is_empty() {
            store::keep(conn, &landed).await?;
        }
        if !blocked.is_empty() {
            store::block(conn, &blocked).await?;
        }
        points::hit("relay.move.after").await;
        metrics::published(self.service, landed.len());
        Ok(())
    }

    fn landed(&self, row: &StoredEvent, place: Place) -> Landed {
        Landed {
            id: row.id,
            created: self.streams.created(&place.stream),
            stream: place.stream,
            sequence: i64::try_from(place.sequence).unwrap_or(i64::MAX),
        }
    }

    fn alarm(&self, row: &StoredEvent, code: &'static str) -> Blocked {
        metrics::blocked(self.service, code);
        tracing::error!(
            event = %row.id,
            aggregate = row.aggregate_type,
            aggregate_id = row.aggregate_id,
            counter = %row.counter(),
            public = row.side() == Visibility::Public,
            code,
            "relay.event_blocked"
        );
        Blocked { id: row.id, code }
    }
}

/// What became of the batches of a portion.
#[derive(Debug, Default)]
struct Batches {
    fates: Vec<(usize, Fate)>,
    /// These go singly.
    left: Vec<usize>,
    /// One has no answer: its events have no fate.
    in_doubt: bool,
}
