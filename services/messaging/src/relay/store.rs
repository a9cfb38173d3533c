//! The relay's SQL.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::stored::StoredEvent;

/// Where the broker put an event.
#[derive(Clone, Debug)]
pub(super) struct Landed {
    pub(super) id: Uuid,
    pub(super) stream: String,
    pub(super) created: OffsetDateTime,
    pub(super) sequence: i64,
}

/// An event that did not get through, and the code of why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blocked {
    pub(super) id: Uuid,
    pub(super) code: &'static str,
}

/// Tries to become this schema's relay until the transaction ends, and allows it to wait for acks
/// longer than other transactions may idle.
///
/// Its commit does not wait for the disk: a move that a crash of the database undoes is as one that
/// was never committed, and the broker knows the events when they come again.
pub(super) async fn try_lock(conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('relay of ' || current_schema(), 0))
                  and set_config('idle_in_transaction_session_timeout', '20s', true) <> ''
                  and set_config('synchronous_commit', 'off', true) <> '' as "locked!""#
    )
    .fetch_one(conn)
    .await
}

/// Fails when the session, and with it the lock, is gone.
pub(super) async fn still_ours(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!(r#"select 1 as "one!""#)
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// The oldest events whose aggregates are not blocked: so many at most, and not many more than
/// `bytes` of payload. Served by the primary key (order) and `outbox_blocked`.
pub(super) async fn oldest(
    conn: &mut PgConnection,
    limit: usize,
    bytes: i64,
) -> Result<Vec<StoredEvent>, sqlx::Error> {
    sqlx::query_as!(
        StoredEvent,
        "select   id, aggregate_type, aggregate_id, epoch, count, name, version, visibility,
                  edition, business_time, correlation, causation, traceparent, tracestate, payload
         from     (
                      select   o.*,
                               sum(octet_length(payload)) over (order by position) as held
                      from     outbox o
                      where    not exists (
                                   select 1
                                   from   outbox b
                                   where  b.aggregate_type = o.aggregate_type
                                   and    b.aggregate_id = o.aggregate_id
                                   and    b.blocked_until > clock_timestamp()
                               )
                      order by position
                      limit    $1
                  ) oldest
         where    held - octet_length(payload) < $2
         order by position",
        i64::try_from(limit).unwrap_or(i64::MAX),
        bytes,
    )
    .fetch_all(conn)
    .await
}

/// Moves acknowledged events into the ledger, in one statement.
pub(super) async fn keep(conn: &mut PgConnection, landed: &[Landed]) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = landed.iter().map(|one| one.id).collect();
    let streams: Vec<String> = landed.iter().map(|one| one.stream.clone()).collect();
    let created: Vec<OffsetDateTime> = landed.iter().map(|one| one.created).collect();
    let sequences: Vec<i64> = landed.iter().map(|one| one.sequence).collect();
    sqlx::query!(
        "with landed as (
             select *
             from   unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::bigint[])
                    as l(id, stream, stream_created, stream_sequence)
         ),
         moved as (
             delete from outbox o
             using  landed l
             where  o.id = l.id
             returning o.id, o.aggregate_type, o.aggregate_id, o.epoch, o.count, o.name, o.version,
                       o.visibility, o.edition, o.business_time, o.correlation, o.causation,
                       o.traceparent, o.tracestate, o.payload, o.written_at,
                       l.stream, l.stream_created, l.stream_sequence
         )
         insert into published
             (id, aggregate_type, aggregate_id, epoch, count, name, version, visibility, edition,
              business_time, correlation, causation, traceparent, tracestate, payload, written_at,
              stream, stream_created, stream_sequence)
         select id, aggregate_type, aggregate_id, epoch, count, name, version, visibility, edition,
                business_time, correlation, causation, traceparent, tracestate, payload, written_at,
                stream, stream_created, stream_sequence
         from   moved",
        &ids,
        &streams,
        &created,
        &sequences,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Blocks the aggregates of failed events for a while that doubles from a quarter second to a
/// minute. A missing stream is made soon: two seconds at most.
pub(super) async fn block(conn: &mut PgConnection, blocked: &[Blocked]) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = blocked.iter().map(|one| one.id).collect();
    let codes: Vec<String> = blocked.iter().map(|one| one.code.to_owned()).collect();
    sqlx::query!(
        "update outbox o
         set    failures = o.failures + 1,
                failure = b.code,
                blocked_until = clock_timestamp() + interval '1 second'
                    * least(case b.code when 'no_stream' then 2 else 60 end,
                            0.25 * power(2, least(o.failures, 8)))
         from   unnest($1::uuid[], $2::text[]) as b(id, code)
         where  o.id = b.id",
        &ids,
        &codes,
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "tests fill the tables in words of their own"
)]
mod tests;
