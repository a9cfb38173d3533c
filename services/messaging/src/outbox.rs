//! Writing events: the next number of the aggregate, and the row that the relay will publish.

mod batch;

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::error::ApiError;
use winner_platform::pg::database_error;
use winner_platform::time::BusinessTime;
use winner_proto::event::{Event, Visibility};

use crate::counter::Counter;
use crate::ledger::Origin;

pub use batch::Batch;
pub(crate) use batch::append as append_all;

/// The largest event that may be written, in bytes of its JSON.
pub const MAX_EVENT_BYTES: usize = 64 * 1024;

/// The longest id of an aggregate, in bytes: it is part of a subject.
const MAX_AGGREGATE_ID_BYTES: usize = 200;

/// The most aggregates one transaction may lock at once.
const MAX_LOCKED: usize = 500;

/// An event that is true once its unit commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The event's id.
    pub id: Uuid,
    /// Where it stands among its aggregate's events.
    pub counter: Counter,
}

/// Why an event was not written.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// An event says what happened; what is large is fetched.
    #[error("the event {message} has {bytes} bytes, over the {MAX_EVENT_BYTES} an event may have")]
    TooLarge {
        /// The message's name.
        message: &'static str,
        /// Its size as JSON.
        bytes: usize,
    },
    /// The id is empty or longer than a subject bears.
    #[error("an aggregate's id has 1 to {MAX_AGGREGATE_ID_BYTES} bytes, this one {0}")]
    AggregateId(usize),
    /// More locks than one transaction should hold.
    #[error("{0} aggregates in one transaction, over {MAX_LOCKED}: go in resumable steps")]
    TooMany(usize),
    /// A batch has at most one event of an aggregate.
    #[error("two events of one aggregate in one batch")]
    Twice,
    /// The message has no JSON form.
    #[error("the event has no JSON form")]
    Encode(#[source] serde_json::Error),
    /// The database refused.
    #[error("the outbox cannot be written")]
    Store(#[from] sqlx::Error),
}

impl From<OutboxError> for ApiError {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Store(error) => database_error(error),
            other => Self::internal(other),
        }
    }
}

pub(crate) const fn visibility_text(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
    }
}

/// Writes one event; see [`crate::Unit::append`].
pub(crate) async fn append<E: Event>(
    conn: &mut PgConnection,
    origin: &Origin,
    id: Uuid,
    time: BusinessTime,
    aggregate_id: &str,
    edition: Option<&str>,
    event: &E,
) -> Result<Appended, OutboxError> {
    checked_id(aggregate_id)?;
    let descriptor = E::DESCRIPTOR;
    let payload = encode(event)?;
    let counter = next_counter(conn, descriptor.aggregate, aggregate_id).await?;
    sqlx::query!(
        "insert into outbox
             (id, aggregate_type, aggregate_id, epoch, count, name, version, visibility, edition,
              business_time, correlation, causation, traceparent, payload)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        id,
        descriptor.aggregate,
        aggregate_id,
        counter.epoch,
        counter.count,
        descriptor.name,
        i32::try_from(descriptor.version).unwrap_or(i32::MAX),
        visibility_text(descriptor.visibility),
        edition,
        time.as_offset(),
        origin.correlation,
        origin.causation,
        origin.traceparent,
        payload,
    )
    .execute(conn)
    .await?;
    Ok(Appended { id, counter })
}

const fn checked_id(aggregate_id: &str) -> Result<(), OutboxError> {
    match aggregate_id.len() {
        1..=MAX_AGGREGATE_ID_BYTES => Ok(()),
        length => Err(OutboxError::AggregateId(length)),
    }
}

/// The event's payload.
fn encode<E: Event>(event: &E) -> Result<Vec<u8>, OutboxError> {
    let payload = serde_json::to_vec(event).map_err(OutboxError::Encode)?;
    if payload.len() > MAX_EVENT_BYTES {
        return Err(OutboxError::TooLarge {
            message: E::DESCRIPTOR.message,
            bytes: payload.len(),
        });
    }
    Ok(payload)
}

/// Takes the aggregate's next number and keeps its row locked: whoever is next waits for our end,
/// so the order of numbers is the order of commits. Numbers start again in a new epoch.
async fn next_counter(
    conn: &mut PgConnection,
    aggregate: &str,
    aggregate_id: &str,
) -> Result<Counter, sqlx::Error> {
    sqlx::query_as!(
        Counter,
        "insert into aggregates as a (aggregate_type, aggregate_id, epoch, count)
         select $1, $2, e.epoch, 1
         from   ledger_epoch e
         on conflict (aggregate_type, aggregate_id) do update
             set count = case when a.epoch < excluded.epoch then 1 else a.count + 1 end,
                 epoch = greatest(a.epoch, excluded.epoch)
         returning epoch, count",
        aggregate,
        aggregate_id,
    )
    .fetch_one(conn)
    .await
}

/// Locks counter rows in the order of their ids; rows of aggregates without events are made first.
pub(crate) async fn lock_aggregates(
    conn: &mut PgConnection,
    aggregate: &str,
    ids: &[String],
) -> Result<(), OutboxError> {
    if ids.len() > MAX_LOCKED {
        return Err(OutboxError::TooMany(ids.len()));
    }
    sqlx::query!(
        "insert into aggregates (aggregate_type, aggregate_id, epoch, count)
         select   $1, wanted.id, e.epoch, 0
         from     unnest($2::text[]) as wanted(id)
         cross join ledger_epoch e
         group by wanted.id, e.epoch
         order by wanted.id collate \"C\"
         on conflict (aggregate_type, aggregate_id) do nothing",
        aggregate,
        ids,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "select   1 as locked
         from     aggregates
         where    aggregate_type = $1
         and      aggregate_id = any($2)
         order by aggregate_id collate \"C\"
         for update",
        aggregate,
        ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}
