//! What time asks for: telling organisers of endpoints that are off, and the end of keeping.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::claims::interval;

/// An endpoint of which the organisers are to be told.
#[derive(Debug, Clone)]
pub struct ToTell {
    /// The endpoint.
    pub endpoint_id: Uuid,
    /// Its edition.
    pub edition_id: String,
    /// Where it is.
    pub url: String,
    /// Whether it said that it is gone; else it has failed for too long.
    pub gone: bool,
    /// Names what is told, however often it is tried.
    pub notice_id: Uuid,
}

/// Endpoints of which the organisers are to be told. Index webhook_endpoints_notice.
///
/// # Errors
/// The database's.
pub async fn to_tell(conn: &mut PgConnection, limit: i64) -> Result<Vec<ToTell>, sqlx::Error> {
    sqlx::query_as!(
        ToTell,
        r#"
        SELECT   endpoint_id, edition_id, url, disabled_reason = 'gone' AS "gone!",
                 notice_id AS "notice_id!"
        FROM     notification.webhook_endpoints
        WHERE    notice_id IS NOT NULL
        ORDER BY notice_id
        LIMIT    $1
        "#,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Notes that they were told; `false` when that is no longer so, or somebody else did.
///
/// # Errors
/// The database's.
pub async fn told(conn: &mut PgConnection, to_tell: &ToTell) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        r#"
        UPDATE notification.webhook_endpoints
        SET    notice_id = NULL
        WHERE  endpoint_id = $1
        AND    notice_id = $2
        "#,
        to_tell.endpoint_id,
        to_tell.notice_id,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets events that came longer ago than this, with their deliveries and attempts; at most `limit` events.
///
/// # Errors
/// The database's.
pub async fn forget(
    conn: &mut PgConnection,
    after: Duration,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    // Index webhook_events_came; deliveries follow by the index of their unique key.
    let done = sqlx::query!(
        r#"
        DELETE FROM notification.webhook_events
        WHERE  event_id IN (
                   SELECT   event_id
                   FROM     notification.webhook_events
                   WHERE    came_at < now() - $1::interval
                   ORDER BY came_at
                   LIMIT    $2)
        "#,
        interval(after)?,
        limit,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
