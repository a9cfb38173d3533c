//! One service's ledger: what waits to be published, what the broker refuses, what could not be applied.

use std::time::Duration;

use sqlx::{FromRow, PgPool};

use super::Finding;

/// Older than this, an event is late: the relay publishes within a second.
const LATE: Duration = Duration::from_mins(1);

pub(super) async fn examine(pool: &PgPool, service: &str) -> Vec<Finding> {
    vec![outbox(pool, service).await, letters(pool, service).await]
}

/// Asks messaging's tables, which are there once per service: the pool's schema says whose.
#[expect(
    clippy::disallowed_methods,
    reason = "the macros check one schema, and these tables are in four"
)]
async fn rows<T>(pool: &PgPool, statement: &'static str) -> sqlx::Result<Vec<T>>
where
    T: for<'r> FromRow<'r, sqlx::postgres::PgRow> + Send + Unpin,
{
    sqlx::query_as(statement).fetch_all(pool).await
}

async fn outbox(pool: &PgPool, service: &str) -> Finding {
    let subject = format!("{service}: outbox");
    let blocked: sqlx::Result<Vec<(String, i64, i64)>> = rows(
        pool,
        "SELECT   coalesce(failure, 'unknown'), count(*), max(failures)::bigint
         FROM     outbox
         WHERE    blocked_until IS NOT NULL
         GROUP BY 1
         ORDER BY 1",
    )
    .await;
    let waiting: sqlx::Result<Vec<(i64, f64)>> = rows(
        pool,
        "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(written_at)), 0)::float8
         FROM   outbox",
    )
    .await;
    let (blocked, waiting) = match (blocked, waiting) {
        (Ok(blocked), Ok(waiting)) => (blocked, waiting),
        (Err(error), _) | (_, Err(error)) => {
            return Finding::bad(subject, error, "run `winner migrate`");
        }
    };
    if !blocked.is_empty() {
        return refused(subject, service, &blocked);
    }
    match waiting.first() {
        None | Some((0, _)) => Finding::good(subject, "empty"),
        Some((count, oldest)) if *oldest > LATE.as_secs_f64() => Finding::bad(
            subject,
            format_args!("{count} event(s) wait, the oldest for {oldest:.0} s"),
            &format!(
                "start `winner {service}` and see whether the broker answers; the service's log says \
                 why it waits (`relay.batch_failed`). Nothing is lost meanwhile"
            ),
        ),
        Some((count, _)) => Finding::good(subject, format_args!("{count} event(s) on their way")),
    }
}

/// An event that the broker refuses holds up its own aggregate, and no other.
fn refused(subject: String, service: &str, blocked: &[(String, i64, i64)]) -> Finding {
    let told = blocked.iter().map(|(code, count, tries)| {
        format!("{count} event(s) not taken by the broker: {code}, up to {tries} tries")
    });
    Finding::bad(
        subject,
        told.collect::<Vec<_>>().join("; "),
        &format!(
            "no stream, or a stream that is full: `winner provision` (with a larger --max-bytes); \
             not allowed: load the accounts of `winner provision --nats-accounts`. {service} tries again by itself"
        ),
    )
}

async fn letters(pool: &PgPool, service: &str) -> Finding {
    let subject = format!("{service}: dead letters");
    let causes: sqlx::Result<Vec<(String, String, i64)>> = rows(
        pool,
        "SELECT   consumer, cause, count(*)
         FROM     dead_letters
         WHERE    state IN ('open', 'replay', 'skip')
         GROUP BY consumer, cause
         ORDER BY consumer, cause",
    )
    .await;
    match causes {
        Ok(causes) if causes.is_empty() => Finding::good(subject, "none"),
        Ok(causes) => {
            let told = causes
                .iter()
                .map(|(consumer, cause, count)| format!("{count} of {consumer} by {cause}"));
            Finding::odd(
                subject,
                format_args!(
                    "{}; later events of the same aggregates wait behind them",
                    told.collect::<Vec<_>>().join(", ")
                ),
                &format!(
                    "`winner dlq list {service}`, mend the cause, then `winner dlq replay {service}`"
                ),
            )
        }
        Err(error) => Finding::bad(subject, error, "run `winner migrate`"),
    }
}
