//! Claims: which deliveries this process makes now, fairly over endpoints.
//!
//! An endpoint's row is locked while deliveries of it are claimed, and another process passes over it
//! meanwhile. So its concurrency and its rate hold whatever the number of copies.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use super::Sealed;
use crate::domain::message::Fence;
use crate::store::claims::interval;

/// How much one endpoint may be asked to take.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Deliveries at once while it is well; one while it fails.
    pub at_once: i32,
    /// Deliveries a second where the endpoint names no number of its own.
    pub per_second: i32,
}

/// A delivery that this process makes.
#[derive(Debug, Clone)]
pub struct DeliveryClaim {
    /// Its id, which is the `webhook-id`.
    pub delivery_id: Uuid,
    /// To which endpoint.
    pub endpoint_id: Uuid,
    /// The token of the claim.
    pub fence: Fence,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// Where the endpoint is.
    pub url: String,
    /// The secret in force.
    pub secret: Sealed,
    /// The one before, while it signs.
    pub old: Option<Sealed>,
    /// What is sent.
    pub body: String,
    /// W3C trace context of the event.
    pub traceparent: Option<String>,
}

/// Locks endpoints that have something due and room for it, those first that had no turn for longest.
///
/// # Errors
/// The database's.
pub async fn lock_endpoints(
    conn: &mut PgConnection,
    pace: Pace,
    limit: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    // Indexes webhook_endpoints_served, webhook_deliveries_due, webhook_deliveries_sending.
    sqlx::query_scalar!(
        r#"
        SELECT   e.endpoint_id
        FROM     notification.webhook_endpoints AS e
        WHERE    e.disabled_reason IS NULL
        AND      (e.paused_until IS NULL OR e.paused_until <= now())
        AND      (e.next_at IS NULL OR e.next_at <= now())
        AND      EXISTS (
                     SELECT
                     FROM   notification.webhook_deliveries AS d
                     WHERE  d.endpoint_id = e.endpoint_id
                     AND    d.state = 'pending'
                     AND    d.not_before <= now())
        AND      (SELECT count(*)
                  FROM   notification.webhook_deliveries AS d
                  WHERE  d.endpoint_id = e.endpoint_id
                  AND    d.state = 'sending')
                 < CASE WHEN e.failing_since IS NULL THEN $1 ELSE 1 END
        ORDER BY e.served_at NULLS FIRST
        LIMIT    $2
        FOR      NO KEY UPDATE OF e SKIP LOCKED
        "#,
        pace.at_once,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Claims up to `limit` deliveries of endpoints locked before in this transaction.
///
/// An endpoint that was idle may be brought a second's worth at once: in no window of `t` seconds are more than
/// `rate * (t + 1) + 1` claimed.
///
/// # Errors
/// The database's.
pub async fn claim(
    conn: &mut PgConnection,
    endpoints: &[Uuid],
    pace: Pace,
    limit: i64,
    lease: Duration,
) -> Result<Vec<DeliveryClaim>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"
        WITH paced AS (
            SELECT e.endpoint_id,
                   greatest(coalesce(e.next_at, '-infinity'), now() - interval '1 second') AS since,
                   1.0 / CASE WHEN e.max_per_second > 0 THEN e.max_per_second ELSE $3 END AS gap,
                   CASE WHEN e.failing_since IS NULL THEN $2 ELSE 1 END
                   - (SELECT count(*)
                      FROM   notification.webhook_deliveries AS d
                      WHERE  d.endpoint_id = e.endpoint_id
                      AND    d.state = 'sending') AS room,
                   e.served_at
            FROM   notification.webhook_endpoints AS e
            WHERE  e.endpoint_id = ANY ($1)
        ),
        due AS (
            SELECT     d.delivery_id
            FROM       paced AS p
            CROSS JOIN LATERAL (
                SELECT   d.delivery_id
                FROM     notification.webhook_deliveries AS d
                WHERE    d.endpoint_id = p.endpoint_id
                AND      d.state = 'pending'
                AND      d.not_before <= now()
                ORDER BY d.not_before
                LIMIT    greatest(0, least(p.room, 1 + floor(extract(epoch FROM now() - p.since) / p.gap)))
                FOR      UPDATE SKIP LOCKED
            ) AS d
            ORDER BY   p.served_at NULLS FIRST
            LIMIT      $4
        ),
        claimed AS (
            UPDATE    notification.webhook_deliveries AS d
            SET       state       = 'sending',
                      attempts    = d.attempts + 1,
                      fence       = nextval('notification.fences'),
                      lease_until = clock_timestamp() + $5
            FROM      due
            WHERE     d.delivery_id = due.delivery_id
            RETURNING d.delivery_id, d.endpoint_id, d.event_id, d.fence, d.attempts, d.traceparent
        ),
        served AS (
            UPDATE notification.webhook_endpoints AS e
            SET    served_at = clock_timestamp(),
                   next_at   = p.since + c.count * p.gap * interval '1 second'
            FROM   (SELECT endpoint_id, count(*) FROM claimed GROUP BY endpoint_id) AS c
            JOIN   paced AS p ON p.endpoint_id = c.endpoint_id
            WHERE  e.endpoint_id = c.endpoint_id
        )
        SELECT c.delivery_id, c.endpoint_id, c.fence AS "fence!", c.attempts, c.traceparent,
               e.url, e.key_id, e.secret,
               CASE WHEN e.old_until > clock_timestamp() THEN e.old_key_id END AS old_key_id,
               CASE WHEN e.old_until > clock_timestamp() THEN e.old_secret END AS old_secret,
               v.body
        FROM   claimed AS c
        JOIN   notification.webhook_endpoints AS e ON e.endpoint_id = c.endpoint_id
        JOIN   notification.webhook_events AS v ON v.event_id = c.event_id
        "#,
        endpoints,
        pace.at_once,
        pace.per_second,
        limit,
        interval(lease)?,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DeliveryClaim {
            delivery_id: row.delivery_id,
            endpoint_id: row.endpoint_id,
            fence: Fence(row.fence),
            attempt: row.attempts,
            url: row.url,
            secret: Sealed {
                key_id: row.key_id,
                bytes: row.secret,
            },
            old: Sealed::read(row.old_key_id, row.old_secret),
            body: row.body,
            traceparent: row.traceparent,
        })
        .collect())
}

/// A delivery whose lease ran out: its process went away, or hangs.
#[derive(Debug, Clone, Copy)]
pub struct Lapsed {
    /// The delivery.
    pub delivery_id: Uuid,
    /// Its endpoint.
    pub endpoint_id: Uuid,
    /// The claim that lapsed.
    pub fence: Fence,
}

/// Deliveries whose lease ran out; nothing is locked.
///
/// # Errors
/// The database's.
pub async fn lapsed(conn: &mut PgConnection, limit: i64) -> Result<Vec<Lapsed>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"
        SELECT delivery_id, endpoint_id, fence AS "fence!"
        FROM   notification.webhook_deliveries
        WHERE  state = 'sending'
        AND    lease_until < now()
        LIMIT  $1
        "#,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Lapsed {
            delivery_id: row.delivery_id,
            endpoint_id: row.endpoint_id,
            fence: Fence(row.fence),
        })
        .collect())
}
