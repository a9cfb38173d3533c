//! Counting an event's own failures, in Postgres: the broker's count also counts crashes.

use sqlx::PgPool;

use crate::received::Received;

/// Counts one more failure and returns how many there are.
pub(super) async fn count(
    pool: &PgPool,
    consumer: &str,
    event: &Received,
    code: &str,
) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into attempts as a (consumer, event_id, failures, code)
         values ($1, $2, 1, $3)
         on conflict (consumer, event_id) do update
             set failures = a.failures + 1,
                 code = excluded.code,
                 last_at = clock_timestamp()
         returning failures",
        consumer,
        event.id,
        code,
    )
    .fetch_one(pool)
    .await
}
