//! Endpoints.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Sealed;

/// An endpoint as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointRow {
    /// Its id.
    pub endpoint_id: Uuid,
    /// Its edition.
    pub edition_id: String,
    /// Where it is.
    pub url: String,
    /// What it wants.
    pub subjects: Vec<String>,
    /// At most so many deliveries a second; 0 is the installation's default.
    pub max_per_second: i32,
    /// Why it is off; `None` while it is on.
    pub disabled_reason: Option<String>,
    /// Since when every attempt has failed.
    pub failing_since: Option<OffsetDateTime>,
    /// Until when the secret before signs, too.
    pub old_until: Option<OffsetDateTime>,
    /// When it was registered.
    pub created_at: OffsetDateTime,
}

/// A new endpoint.
#[derive(Debug)]
pub struct NewEndpoint<'a> {
    /// Its id.
    pub endpoint_id: Uuid,
    /// Its edition.
    pub edition_id: &'a str,
    /// Where it is.
    pub url: &'a str,
    /// What it wants.
    pub subjects: &'a [String],
    /// At most so many deliveries a second.
    pub max_per_second: i32,
    /// Its secret.
    pub secret: &'a Sealed,
}

/// Stores a new endpoint.
///
/// # Errors
/// The database's.
pub async fn create(conn: &mut PgConnection, new: &NewEndpoint<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        INSERT INTO notification.webhook_endpoints
                    (endpoint_id, edition_id, url, subjects, max_per_second, key_id, secret)
        VALUES      ($1, $2, $3, $4, $5, $6, $7)
        "#,
        new.endpoint_id,
        new.edition_id,
        new.url,
        new.subjects,
        new.max_per_second,
        new.secret.key_id,
        new.secret.bytes,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts an edition's endpoints, having locked out others that would add one.
///
/// # Errors
/// The database's.
pub async fn count_alone(conn: &mut PgConnection, edition_id: &str) -> Result<i64, sqlx::Error> {
    sqlx::query!(
        r#"SELECT pg_advisory_xact_lock(hashtextextended('webhook_endpoints:' || $1, 0)) AS "locked: ()""#,
        edition_id,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "count!"
        FROM   notification.webhook_endpoints
        WHERE  edition_id = $1
        "#,
        edition_id,
    )
    .fetch_one(conn)
    .await
}

/// Reads an endpoint of an edition.
///
/// # Errors
/// The database's.
pub async fn read(
    conn: &mut PgConnection,
    edition_id: &str,
    endpoint_id: Uuid,
) -> Result<Option<EndpointRow>, sqlx::Error> {
    sqlx::query_as!(
        EndpointRow,
        r#"
        SELECT endpoint_id, edition_id, url, subjects, max_per_second, disabled_reason,
               failing_since,
               CASE WHEN old_until > clock_timestamp() THEN old_until END AS old_until,
               created_at
        FROM   notification.webhook_endpoints
        WHERE  endpoint_id = $1
        AND    edition_id = $2
        "#,
        endpoint_id,
        edition_id,
    )
    .fetch_optional(conn)
    .await
}

/// Reads an endpoint of an edition and keeps others from changing it until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(
    conn: &mut PgConnection,
    edition_id: &str,
    endpoint_id: Uuid,
) -> Result<Option<EndpointRow>, sqlx::Error> {
    sqlx::query_as!(
        EndpointRow,
        r#"
        SELECT endpoint_id, edition_id, url, subjects, max_per_second, disabled_reason,
               failing_since,
               CASE WHEN old_until > clock_timestamp() THEN old_until END AS old_until,
               created_at
        FROM   notification.webhook_endpoints
        WHERE  endpoint_id = $1
        AND    edition_id = $2
        FOR    UPDATE
        "#,
        endpoint_id,
        edition_id,
    )
    .fetch_optional(conn)
    .await
}

/// The endpoints of an edition, oldest first. Index webhook_endpoints_edition.
///
/// # Errors
/// The database's.
pub async fn list(
    conn: &mut PgConnection,
    edition_id: &str,
) -> Result<Vec<EndpointRow>, sqlx::Error> {
    sqlx::query_as!(
        EndpointRow,
        r#"
        SELECT   endpoint_id, edition_id, url, subjects, max_per_second, disabled_reason,
                 failing_since,
                 CASE WHEN old_until > clock_timestamp() THEN old_until END AS old_until,
                 created_at
        FROM     notification.webhook_endpoints
        WHERE    edition_id = $1
        ORDER BY endpoint_id
        "#,
        edition_id,
    )
    .fetch_all(conn)
    .await
}

/// Stores what somebody changed. An endpoint that is on again begins afresh.
///
/// # Errors
/// The database's.
pub async fn update(
    conn: &mut PgConnection,
    row: &EndpointRow,
    begins_afresh: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        UPDATE notification.webhook_endpoints
        SET    url             = $2,
               subjects        = $3,
               max_per_second  = $4,
               disabled_reason = $5,
               failing_since   = CASE WHEN NOT $6 THEN failing_since END,
               failures        = CASE WHEN NOT $6 THEN failures ELSE 0 END,
               paused_until    = CASE WHEN NOT $6 THEN paused_until END,
               notice_id       = NULL
        WHERE  endpoint_id = $1
        "#,
        row.endpoint_id,
        row.url,
        &row.subjects,
        row.max_per_second,
        row.disabled_reason,
        begins_afresh,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes an endpoint with everything that was kept for it.
///
/// # Errors
/// The database's.
pub async fn delete(conn: &mut PgConnection, endpoint_id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"DELETE FROM notification.webhook_endpoints WHERE endpoint_id = $1"#,
        endpoint_id,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a test of an endpoint needs.
#[derive(Debug)]
pub struct TestTurn {
    /// Where it is.
    pub url: String,
    /// The secret in force.
    pub secret: Sealed,
    /// The one before, while it signs.
    pub old: Option<Sealed>,
}

/// Takes the right to test an endpoint now; `None` when it was tested a moment ago.
///
/// # Errors
/// The database's.
pub async fn take_test_turn(
    conn: &mut PgConnection,
    endpoint_id: Uuid,
    pause: std::time::Duration,
) -> Result<Option<TestTurn>, sqlx::Error> {
    let row = sqlx::query!(
        r#"
        UPDATE    notification.webhook_endpoints
        SET       tested_at = clock_timestamp()
        WHERE     endpoint_id = $1
        AND       (tested_at IS NULL OR tested_at < clock_timestamp() - $2::interval)
        RETURNING url, key_id, secret,
                  CASE WHEN old_until > clock_timestamp() THEN old_key_id END AS old_key_id,
                  CASE WHEN old_until > clock_timestamp() THEN old_secret END AS old_secret
        "#,
        endpoint_id,
        crate::store::claims::interval(pause)?,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| TestTurn {
        url: row.url,
        secret: Sealed {
            key_id: row.key_id,
            bytes: row.secret,
        },
        old: Sealed::read(row.old_key_id, row.old_secret),
    }))
}
