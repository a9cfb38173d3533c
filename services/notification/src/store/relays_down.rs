//! Relays that did not answer, told between the copies of this service.

use std::time::Duration;

use sqlx::PgPool;

use super::claims::interval;

/// Tells the others that a relay is not to be tried for so long.
///
/// # Errors
/// The database's.
pub async fn tell(pool: &PgPool, route: &str, wait: Duration) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        INSERT INTO notification.relays_down AS d (route, retry_at)
        VALUES      ($1, clock_timestamp() + $2)
        ON CONFLICT (route)
        DO UPDATE   SET retry_at = greatest(d.retry_at, excluded.retry_at)
        "#,
        route,
        interval(wait)?,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Tells the others that a relay answers again.
///
/// # Errors
/// The database's.
pub async fn answers(pool: &PgPool, route: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM notification.relays_down WHERE route = $1",
        route,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Which relays are down by what the copies told, and for how much longer they are not to be tried.
///
/// # Errors
/// The database's.
pub async fn all(pool: &PgPool) -> Result<Vec<(String, Duration)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"
        SELECT route,
               (extract(epoch FROM retry_at - clock_timestamp()) * 1000)::bigint AS "wait_ms!"
        FROM   notification.relays_down
        "#,
    )
    .fetch_all(pool)
    .await?;
    let wait = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or(0));
    Ok(rows
        .into_iter()
        .map(|row| (row.route, wait(row.wait_ms)))
        .collect())
}
