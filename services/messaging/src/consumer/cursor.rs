//! The inbox: what a consumer has applied of each aggregate.

use sqlx::{PgConnection, PgPool};

use crate::counter::Counter;
use crate::received::Received;

/// What one consumer has seen of one aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) counter: Counter,
    pub(super) parked: bool,
}

impl Cursor {
    const START: Self = Self {
        counter: Counter::START,
        parked: false,
    };
}

/// Reads the cursor without locking it.
pub(super) async fn peek(
    pool: &PgPool,
    consumer: &str,
    event: &Received,
) -> Result<Cursor, sqlx::Error> {
    let row = sqlx::query!(
        "select epoch, count, parked
         from   inbox
         where  consumer = $1
         and    aggregate_type = $2
         and    aggregate_id = $3",
        consumer,
        event.aggregate,
        event.aggregate_id,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map_or(Cursor::START, |row| Cursor {
        counter: Counter {
            epoch: row.epoch,
            count: row.count,
        },
        parked: row.parked,
    }))
}

/// Locks the cursor until the transaction ends, making it first when it is not there.
pub(super) async fn lock(
    conn: &mut PgConnection,
    consumer: &str,
    event: &Received,
) -> Result<Cursor, sqlx::Error> {
    lock_aggregate(conn, consumer, &event.aggregate, &event.aggregate_id).await
}

/// [`lock`], by the aggregate.
pub(super) async fn lock_aggregate(
    conn: &mut PgConnection,
    consumer: &str,
    aggregate_type: &str,
    aggregate_id: &str,
) -> Result<Cursor, sqlx::Error> {
    // The update changes nothing; it is what locks a row that is there already.
    let row = sqlx::query!(
        "insert into inbox as i (consumer, aggregate_type, aggregate_id, epoch, count)
         values ($1, $2, $3, 0, 0)
         on conflict (consumer, aggregate_type, aggregate_id) do update
             set parked = i.parked
         returning epoch, count, parked",
        consumer,
        aggregate_type,
        aggregate_id,
    )
    .fetch_one(conn)
    .await?;
    Ok(Cursor {
        counter: Counter {
            epoch: row.epoch,
            count: row.count,
        },
        parked: row.parked,
    })
}

/// Moves the locked cursor to `event`, and forgets the event's failures.
pub(super) async fn advance(
    conn: &mut PgConnection,
    consumer: &str,
    event: &Received,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with forgotten as (
             delete from attempts
             where  consumer = $1
             and    event_id = $6
         )
         update inbox
         set    epoch = $4,
                count = $5
         where  consumer = $1
         and    aggregate_type = $2
         and    aggregate_id = $3",
        consumer,
        event.aggregate,
        event.aggregate_id,
        event.counter.epoch,
        event.counter.count,
        event.id,
    )
    .execute(conn)
    .await?;
    Ok(())
}
