//! What came of attempts: written in batches, for deliveries and their endpoints.

use std::time::Duration;

use sqlx::PgConnection;
use sqlx::postgres::types::PgInterval;
use time::OffsetDateTime;
use uuid::Uuid;
use winner_notification_core::webhook::health::Health;

use crate::domain::message::Fence;
use crate::store::claims::interval;

/// An endpoint whose attempts are recorded, locked.
#[derive(Debug)]
pub struct Called {
    /// Its id.
    pub endpoint_id: Uuid,
    /// Its edition.
    pub edition_id: String,
    /// Whether it is served.
    pub served: bool,
    /// How it is doing.
    pub health: Health,
}

/// Those of these endpoints that were failing when last seen; nothing is locked.
///
/// # Errors
/// The database's.
pub async fn failing(
    conn: &mut PgConnection,
    endpoints: &[Uuid],
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"
        SELECT endpoint_id
        FROM   notification.webhook_endpoints
        WHERE  endpoint_id = ANY ($1)
        AND    failing_since IS NOT NULL
        "#,
        endpoints,
    )
    .fetch_all(conn)
    .await
}

/// Locks endpoints by id.
///
/// # Errors
/// The database's.
pub async fn lock_called(
    conn: &mut PgConnection,
    endpoints: &[Uuid],
) -> Result<Vec<Called>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"
        SELECT   endpoint_id, edition_id, disabled_reason IS NULL AS "served!", failing_since, failures
        FROM     notification.webhook_endpoints
        WHERE    endpoint_id = ANY ($1)
        ORDER BY endpoint_id
        FOR      NO KEY UPDATE
        "#,
        endpoints,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Called {
            endpoint_id: row.endpoint_id,
            edition_id: row.edition_id,
            served: row.served,
            health: Health {
                failing_since: row.failing_since,
                failures: usize::try_from(row.failures).unwrap_or_default(),
            },
        })
        .collect())
}

/// A delivery that is being made, locked.
#[derive(Debug, Clone, Copy)]
pub struct Underway {
    /// The delivery.
    pub delivery_id: Uuid,
    /// The claim in force.
    pub fence: Fence,
    /// Which attempt it is, from 1.
    pub attempt: i32,
    /// How many attempts failed since it was last put in the queue.
    pub failed: u32,
}

/// Locks those of these deliveries that are still being made.
///
/// # Errors
/// The database's.
pub async fn lock_underway(
    conn: &mut PgConnection,
    deliveries: &[Uuid],
) -> Result<Vec<Underway>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"
        SELECT   delivery_id, fence AS "fence!", attempts, failed
        FROM     notification.webhook_deliveries
        WHERE    delivery_id = ANY ($1)
        AND      state = 'sending'
        ORDER BY delivery_id
        FOR      UPDATE
        "#,
        deliveries,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Underway {
            delivery_id: row.delivery_id,
            fence: Fence(row.fence),
            attempt: row.attempts,
            failed: u32::try_from(row.failed).unwrap_or_default(),
        })
        .collect())
}

/// What a delivery becomes.
#[derive(Debug)]
pub struct Outcome {
    /// The delivery.
    pub delivery_id: Uuid,
    /// The attempt that ended.
    pub attempt: i32,
    /// Its new state.
    pub state: &'static str,
    /// How many attempts have failed now.
    pub failed: u32,
    /// The status code.
    pub status: Option<u16>,
    /// `answered`, or why there was no answer.
    pub outcome: &'static str,
    /// Why it is not delivered; `None` where it is.
    pub reason: Option<&'static str>,
    /// When it is tried again, from now.
    pub wait: Duration,
    /// When the attempt began.
    pub began_at: OffsetDateTime,
    /// When it ended.
    pub ended_at: OffsetDateTime,
}

/// Writes outcomes and their attempts.
///
/// # Errors
/// The database's.
pub async fn save(conn: &mut PgConnection, outcomes: &[Outcome]) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = outcomes.iter().map(|one| one.delivery_id).collect();
    let states: Vec<&str> = outcomes.iter().map(|one| one.state).collect();
    let failed: Vec<i32> = outcomes
        .iter()
        .map(|one| i32::try_from(one.failed).unwrap_or(i32::MAX))
        .collect();
    let statuses: Vec<Option<i32>> = outcomes
        .iter()
        .map(|one| one.status.map(i32::from))
        .collect();
    let reasons: Vec<Option<&str>> = outcomes.iter().map(|one| one.reason).collect();
    let waits: Vec<PgInterval> = outcomes
        .iter()
        .map(|one| interval(one.wait))
        .collect::<Result<_, _>>()?;
    let attempts: Vec<i32> = outcomes.iter().map(|one| one.attempt).collect();
    let kinds: Vec<&str> = outcomes.iter().map(|one| one.outcome).collect();
    let began: Vec<OffsetDateTime> = outcomes.iter().map(|one| one.began_at).collect();
    let ended: Vec<OffsetDateTime> = outcomes.iter().map(|one| one.ended_at).collect();
    sqlx::query!(
        r#"
        WITH told AS (
            SELECT *
            FROM   unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[], $5::text[],
                          $6::interval[], $7::integer[], $8::text[], $9::timestamptz[],
                          $10::timestamptz[])
                   AS t (delivery_id, state, failed, status_code, reason, wait, attempt, outcome,
                         began_at, ended_at)
        ),
        noted AS (
            INSERT INTO notification.webhook_attempts
                        (delivery_id, number, began_at, ended_at, status_code, outcome)
            SELECT      delivery_id, attempt, began_at, ended_at, status_code, outcome
            FROM        told
            ON CONFLICT (delivery_id, number) DO NOTHING
        )
        UPDATE notification.webhook_deliveries AS d
        SET    state        = t.state,
               failed       = t.failed,
               status_code  = t.status_code,
               reason       = t.reason,
               lease_until  = NULL,
               not_before   = clock_timestamp() + t.wait,
               delivered_at = CASE WHEN t.state = 'delivered' THEN clock_timestamp() END
        FROM   told AS t
        WHERE  d.delivery_id = t.delivery_id
        "#,
        &ids,
        &states as &[&str],
        &failed,
        &statuses as &[Option<i32>],
        &reasons as &[Option<&str>],
        &waits,
        &attempts,
        &kinds as &[&str],
        &began,
        &ended,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How an endpoint stands after its attempts.
#[derive(Debug)]
pub struct Stands<'a> {
    /// The endpoint.
    pub endpoint_id: Uuid,
    /// How it is doing.
    pub health: Health,
    /// Not served before that time is over.
    pub pause: Option<Duration>,
    /// Why it is off from now on.
    pub disabled: Option<&'a str>,
    /// Names what its organisers are to be told then.
    pub notice_id: Option<Uuid>,
}

/// Stores how an endpoint stands.
///
/// # Errors
/// The database's.
pub async fn stand(conn: &mut PgConnection, stands: &Stands<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        UPDATE notification.webhook_endpoints
        SET    failing_since   = $2,
               failures        = $3,
               paused_until    = greatest(paused_until, clock_timestamp() + $4::interval),
               disabled_reason = coalesce($5, disabled_reason),
               notice_id       = coalesce($6, notice_id)
        WHERE  endpoint_id = $1
        "#,
        stands.endpoint_id,
        stands.health.failing_since,
        i32::try_from(stands.health.failures).unwrap_or(i32::MAX),
        stands.pause.map(interval).transpose()?,
        stands.disabled,
        stands.notice_id,
    )
    .execute(conn)
    .await?;
    Ok(())
}
