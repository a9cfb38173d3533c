//! Dead letters and what waits behind them: the SQL.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::consumer::delivery::Kept;
use crate::counter::Counter;
use crate::received::Received;

/// A dead letter that an operator has asked something of.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) id: Uuid,
    pub(super) skip: bool,
    pub(super) kept: Kept,
}

/// An aggregate whose later events are held.
#[derive(Debug)]
pub(super) struct Parked {
    pub(super) aggregate_type: String,
    pub(super) aggregate_id: String,
}

/// Keeps the event as a dead letter and parks its aggregate, whose cursor is locked.
pub(super) async fn bury(
    conn: &mut PgConnection,
    id: Uuid,
    consumer: &str,
    event: &Received,
    kept: &Kept,
    cause: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with buried as (
             insert into dead_letters
                 (id, consumer, event_id, aggregate_type, aggregate_id, epoch, count, subject,
                  headers, payload, cause)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ),
         forgotten as (
             delete from attempts
             where  consumer = $2
             and    event_id = $3
         )
         update inbox
         set    parked = true
         where  consumer = $2
         and    aggregate_type = $4
         and    aggregate_id = $5",
        id,
        consumer,
        event.id,
        event.aggregate,
        event.aggregate_id,
        event.counter.epoch,
        event.counter.count,
        kept.subject,
        kept.headers,
        &kept.payload[..],
        cause,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps a message that is no event at all.
pub(super) async fn bury_unreadable(
    pool: &PgPool,
    id: Uuid,
    consumer: &str,
    kept: &Kept,
    cause: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into dead_letters (id, consumer, subject, headers, payload, cause)
         values ($1, $2, $3, $4, $5, $6)",
        id,
        consumer,
        kept.subject,
        kept.headers,
        &kept.payload[..],
        cause,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Holds an event behind the dead letter of its aggregate, whose cursor is locked. The dead letter
/// itself, delivered again, is not held.
pub(super) async fn hold(
    conn: &mut PgConnection,
    consumer: &str,
    event: &Received,
    kept: &Kept,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into held_events
             (consumer, aggregate_type, aggregate_id, epoch, count, event_id, subject, headers, payload)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9
         where  not exists (
                    select 1
                    from   dead_letters d
                    where  d.consumer = $1
                    and    d.event_id = $6
                    and    d.state in ('open', 'replay', 'skip')
                )
         on conflict (consumer, aggregate_type, aggregate_id, epoch, count) do nothing",
        consumer,
        event.aggregate,
        event.aggregate_id,
        event.counter.epoch,
        event.counter.count,
        event.id,
        kept.subject,
        kept.headers,
        &kept.payload[..],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The dead letters that an operator asked for, oldest first. Served by `dead_letters_asked`.
pub(super) async fn asked(pool: &PgPool, consumer: &str) -> Result<Vec<Asked>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select   id, state = 'skip' as "skip!", subject, headers, payload
           from     dead_letters
           where    consumer = $1
           and      state in ('replay', 'skip')
           order by died_at
           limit    50"#,
        consumer,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Asked {
            id: row.id,
            skip: row.skip,
            kept: Kept {
                subject: row.subject,
                headers: row.headers,
                payload: row.payload.into(),
            },
        })
        .collect())
}

/// Settles a dead letter; `false` when somebody else did.
pub(super) async fn settle(
    conn: &mut PgConnection,
    id: Uuid,
    skip: bool,
) -> Result<bool, sqlx::Error> {
    let settled = sqlx::query!(
        "update dead_letters
         set    state = case when $2 then 'skipped' else 'applied' end,
                settled_at = clock_timestamp()
         where  id = $1
         and    state in ('replay', 'skip')",
        id,
        skip,
    )
    .execute(conn)
    .await?;
    Ok(settled.rows_affected() == 1)
}

/// The dead letter failed again: it waits for a person again.
pub(super) async fn reopen(pool: &PgPool, id: Uuid, cause: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update dead_letters
         set    state = 'open',
                cause = $2
         where  id = $1
         and    state in ('replay', 'skip')",
        id,
        cause,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// The parked aggregates that no dead letter holds up any more. Served by `inbox_parked` and
/// `dead_letters_parking`.
pub(super) async fn released(pool: &PgPool, consumer: &str) -> Result<Vec<Parked>, sqlx::Error> {
    sqlx::query_as!(
        Parked,
        "select aggregate_type, aggregate_id
         from   inbox i
         where  consumer = $1
         and    parked
         and    not exists (
                    select 1
                    from   dead_letters d
                    where  d.consumer = i.consumer
                    and    d.aggregate_type = i.aggregate_type
                    and    d.aggregate_id = i.aggregate_id
                    and    d.state in ('open', 'replay', 'skip')
                )
         limit  50",
        consumer,
    )
    .fetch_all(pool)
    .await
}

/// The first held event of an aggregate.
pub(super) async fn first_held(
    pool: &PgPool,
    consumer: &str,
    parked: &Parked,
) -> Result<Option<Kept>, sqlx::Error> {
    let row = sqlx::query!(
        "select   subject, headers, payload
         from     held_events
         where    consumer = $1
         and      aggregate_type = $2
         and      aggregate_id = $3
         order by epoch, count
         limit    1",
        consumer,
        parked.aggregate_type,
        parked.aggregate_id,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Kept {
        subject: row.subject,
        headers: row.headers,
        payload: row.payload.into(),
    }))
}

/// Forgets held events up to `seen`, and ends the parking when none is left and no dead letter
/// holds the aggregate up. The cursor is locked.
pub(super) async fn release(
    conn: &mut PgConnection,
    consumer: &str,
    parked: &Parked,
    seen: Counter,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from held_events
         where  consumer = $1
         and    aggregate_type = $2
         and    aggregate_id = $3
         and    (epoch, count) <= ($4, $5)",
        consumer,
        parked.aggregate_type,
        parked.aggregate_id,
        seen.epoch,
        seen.count,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update inbox i
         set    parked = false
         where  consumer = $1
         and    aggregate_type = $2
         and    aggregate_id = $3
         and    not exists (
                    select 1
                    from   held_events h
                    where  h.consumer = i.consumer
                    and    h.aggregate_type = i.aggregate_type
                    and    h.aggregate_id = i.aggregate_id
                )
         and    not exists (
                    select 1
                    from   dead_letters d
                    where  d.consumer = i.consumer
                    and    d.aggregate_type = i.aggregate_type
                    and    d.aggregate_id = i.aggregate_id
                    and    d.state in ('open', 'replay', 'skip')
                )",
        consumer,
        parked.aggregate_type,
        parked.aggregate_id,
    )
    .execute(conn)
    .await?;
    Ok(())
}
