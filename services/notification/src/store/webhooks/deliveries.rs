//! Events kept for endpoints, and what was and will be brought to each.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// An endpoint as an event finds it.
#[derive(Debug)]
pub struct Interested {
    /// Its id.
    pub endpoint_id: Uuid,
    /// What it wants.
    pub subjects: Vec<String>,
    /// Whether it is served.
    pub served: bool,
}

/// The endpoints of an edition, kept from being removed until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn interested(
    conn: &mut PgConnection,
    edition_id: &str,
) -> Result<Vec<Interested>, sqlx::Error> {
    // Index webhook_endpoints_edition. Most editions have none, and this is all that their events cost.
    sqlx::query_as!(
        Interested,
        r#"
        SELECT   endpoint_id, subjects, disabled_reason IS NULL AS "served!"
        FROM     notification.webhook_endpoints
        WHERE    edition_id = $1
        ORDER BY endpoint_id
        FOR      KEY SHARE
        "#,
        edition_id,
    )
    .fetch_all(conn)
    .await
}

/// An event for some endpoints.
#[derive(Debug)]
pub struct NewEvent<'a> {
    /// Its id.
    pub event_id: Uuid,
    /// Its edition.
    pub edition_id: &'a str,
    /// Its CloudEvents type.
    pub event_type: &'a str,
    /// What is sent.
    pub body: &'a str,
    /// W3C trace context.
    pub traceparent: Option<&'a str>,
    /// Ids of its deliveries.
    pub deliveries: &'a [Uuid],
    /// To whom, in the same order.
    pub endpoints: &'a [Uuid],
    /// Whether they are served.
    pub served: &'a [bool],
}

/// Keeps an event and queues it for these endpoints; those that are off may have it replayed. Says how many
/// deliveries were new.
///
/// # Errors
/// The database's.
pub async fn create(conn: &mut PgConnection, new: &NewEvent<'_>) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        r#"
        INSERT INTO notification.webhook_events (event_id, edition_id, event_type, body)
        VALUES      ($1, $2, $3, $4)
        ON CONFLICT (event_id) DO NOTHING
        "#,
        new.event_id,
        new.edition_id,
        new.event_type,
        new.body,
    )
    .execute(&mut *conn)
    .await?;
    let created = sqlx::query!(
        r#"
        INSERT INTO notification.webhook_deliveries
                    (delivery_id, endpoint_id, event_id, state, traceparent)
        SELECT      n.delivery_id, n.endpoint_id, $4,
                    CASE WHEN n.served THEN 'pending' ELSE 'skipped' END, $5
        FROM        unnest($1::uuid[], $2::uuid[], $3::boolean[])
                    AS n (delivery_id, endpoint_id, served)
        ON CONFLICT (event_id, endpoint_id) DO NOTHING
        "#,
        new.deliveries,
        new.endpoints,
        new.served,
        new.event_id,
        new.traceparent,
    )
    .execute(conn)
    .await?;
    Ok(created.rows_affected())
}

/// A delivery as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its id.
    pub delivery_id: Uuid,
    /// The event.
    pub event_id: Uuid,
    /// The event's type.
    pub event_type: String,
    /// Where it stands.
    pub state: String,
    /// How many attempts were made.
    pub attempts: i32,
    /// The last status code.
    pub status_code: Option<i32>,
    /// Why the last attempt failed.
    pub reason: Option<String>,
    /// When it is tried next, while it is pending.
    pub next_at: Option<OffsetDateTime>,
    /// When the event came.
    pub came_at: OffsetDateTime,
    /// When the endpoint said yes.
    pub delivered_at: Option<OffsetDateTime>,
}

/// Deliveries of an endpoint, newest first, before `before`. Index webhook_deliveries_list.
///
/// # Errors
/// The database's.
pub async fn list(
    conn: &mut PgConnection,
    endpoint_id: Uuid,
    state: Option<&str>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<DeliveryRow>, sqlx::Error> {
    sqlx::query_as!(
        DeliveryRow,
        r#"
        SELECT   d.delivery_id, d.event_id, e.event_type, d.state, d.attempts, d.status_code,
                 d.reason, CASE WHEN d.state = 'pending' THEN d.not_before END AS next_at,
                 e.came_at, d.delivered_at
        FROM     notification.webhook_deliveries AS d
        JOIN     notification.webhook_events AS e ON e.event_id = d.event_id
        WHERE    d.endpoint_id = $1
        AND      ($2::text IS NULL OR d.state = $2)
        AND      ($3::uuid IS NULL OR d.delivery_id < $3)
        ORDER BY d.delivery_id DESC
        LIMIT    $4
        "#,
        endpoint_id,
        state,
        before,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Which deliveries are brought again.
#[derive(Debug)]
pub struct Again {
    /// This one alone.
    pub delivery_id: Option<Uuid>,
    /// Of events that came from here ...
    pub from: Option<OffsetDateTime>,
    /// ... up to here.
    pub until: Option<OffsetDateTime>,
    /// Only those that were not delivered.
    pub undelivered_only: bool,
}

/// Puts deliveries in the queue once more, at the foot of the ladder. What is being brought is left alone.
///
/// # Errors
/// The database's.
pub async fn replay(
    conn: &mut PgConnection,
    endpoint_id: Uuid,
    which: &Again,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        r#"
        WITH chosen AS (
            SELECT   d.delivery_id
            FROM     notification.webhook_deliveries AS d
            JOIN     notification.webhook_events AS e ON e.event_id = d.event_id
            WHERE    d.endpoint_id = $1
            AND      d.state <> 'sending'
            AND      (d.state <> 'delivered' OR NOT $5)
            AND      ($2::uuid IS NULL OR d.delivery_id = $2)
            AND      ($3::timestamptz IS NULL OR e.came_at >= $3)
            AND      ($4::timestamptz IS NULL OR e.came_at < $4)
            ORDER BY d.delivery_id
            FOR      UPDATE OF d
        )
        UPDATE notification.webhook_deliveries AS d
        SET    state        = 'pending',
               failed       = 0,
               reason       = NULL,
               status_code  = NULL,
               delivered_at = NULL,
               not_before   = clock_timestamp()
        FROM   chosen
        WHERE  d.delivery_id = chosen.delivery_id
        "#,
        endpoint_id,
        which.delivery_id,
        which.from,
        which.until,
        which.undelivered_only,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Takes what waits for an endpoint out of the queue; it may be replayed.
///
/// # Errors
/// The database's.
pub async fn skip_pending(conn: &mut PgConnection, endpoint_id: Uuid) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        r#"
        UPDATE notification.webhook_deliveries
        SET    state  = 'skipped',
               reason = 'endpoint_disabled'
        WHERE  endpoint_id = $1
        AND    state = 'pending'
        "#,
        endpoint_id,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
