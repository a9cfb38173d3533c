//! Reading this service's own log: what waits in the outbox and what was published, as one.

use sqlx::PgPool;

use crate::counter::Counter;
use crate::stored::StoredEvent;

/// The events of one aggregate after a position, in order, at most `limit`.
///
/// One statement and so one snapshot: the relay moves rows between the two tables meanwhile.
/// Served by the unique keys on (aggregate_type, aggregate_id, epoch, count).
pub(super) async fn events(
    pool: &PgPool,
    aggregate: &str,
    aggregate_id: &str,
    after: Counter,
    limit: i64,
) -> Result<Vec<StoredEvent>, sqlx::Error> {
    sqlx::query_as!(
        StoredEvent,
        r#"select   id as "id!", aggregate_type as "aggregate_type!",
                    aggregate_id as "aggregate_id!", epoch as "epoch!", count as "count!",
                    name as "name!", version as "version!", visibility as "visibility!", edition,
                    business_time as "business_time!", correlation as "correlation!", causation,
                    traceparent, tracestate, payload as "payload!"
           from     (
               (select   id, aggregate_type, aggregate_id, epoch, count, name, version, visibility,
                         edition, business_time, correlation, causation, traceparent,
                         tracestate, payload
                from     published
                where    aggregate_type = $1
                and      aggregate_id = $2
                and      (epoch, count) > ($3, $4)
                order by epoch, count
                limit    $5)
               union all
               (select   id, aggregate_type, aggregate_id, epoch, count, name, version, visibility,
                         edition, business_time, correlation, causation, traceparent,
                         tracestate, payload
                from     outbox
                where    aggregate_type = $1
                and      aggregate_id = $2
                and      (epoch, count) > ($3, $4)
                order by epoch, count
                limit    $5)
           ) as log
           order by epoch, count
           limit    $5"#,
        aggregate,
        aggregate_id,
        after.epoch,
        after.count,
        limit,
    )
    .fetch_all(pool)
    .await
}
