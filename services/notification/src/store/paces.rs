//! When the next messages may be offered to a relay that has a limit.

use std::time::Duration;

use sqlx::PgConnection;

use super::claims::interval;

/// Takes the next `count` slots, `spacing` apart, for this copy alone; says in how long the first one
/// begins.
///
/// # Errors
/// The database's.
pub async fn take(
    conn: &mut PgConnection,
    route: &str,
    count: u32,
    spacing: Duration,
) -> Result<Duration, sqlx::Error> {
    let micros = sqlx::query_scalar!(
        r#"
        INSERT INTO notification.paces AS p (route, next_slot)
        VALUES      ($1, clock_timestamp() + $2)
        ON CONFLICT (route)
        DO UPDATE   SET next_slot = greatest(p.next_slot, clock_timestamp()) + $2
        RETURNING   (extract(epoch FROM next_slot - $2 - clock_timestamp()) * 1000000)::bigint
                    AS "micros!"
        "#,
        route,
        interval(spacing.saturating_mul(count))?,
    )
    .fetch_one(conn)
    .await?;
    Ok(Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
}
