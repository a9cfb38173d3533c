//! The sealed secrets of endpoints.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::claims::interval;

/// A sealed secret, and which key seals it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key's id.
    pub key_id: String,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

impl Sealed {
    /// From columns that are both there or both null.
    pub(super) fn read(key_id: Option<String>, bytes: Option<Vec<u8>>) -> Option<Self> {
        Some(Self {
            key_id: key_id?,
            bytes: bytes?,
        })
    }
}

/// Puts a new secret in force; the one before signs beside it for `overlap`.
///
/// # Errors
/// The database's.
pub async fn rotate(
    conn: &mut PgConnection,
    endpoint_id: Uuid,
    new: &Sealed,
    overlap: Duration,
) -> Result<(), sqlx::Error> {
    let keeps = overlap > Duration::ZERO;
    sqlx::query!(
        r#"
        UPDATE notification.webhook_endpoints
        SET    old_key_id = CASE WHEN $4 THEN key_id END,
               old_secret = CASE WHEN $4 THEN secret END,
               old_until  = CASE WHEN $4 THEN clock_timestamp() + $5 END,
               key_id     = $2,
               secret     = $3
        WHERE  endpoint_id = $1
        "#,
        endpoint_id,
        new.key_id,
        new.bytes,
        keeps,
        interval(overlap)?,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The secret in force.
///
/// # Errors
/// The database's.
pub async fn current(
    conn: &mut PgConnection,
    endpoint_id: Uuid,
) -> Result<Option<Sealed>, sqlx::Error> {
    sqlx::query_as!(
        Sealed,
        r#"
        SELECT key_id, secret AS bytes
        FROM   notification.webhook_endpoints
        WHERE  endpoint_id = $1
        "#,
        endpoint_id,
    )
    .fetch_optional(conn)
    .await
}

/// A secret that another key than the one in force seals, locked.
#[derive(Debug)]
pub struct Outdated {
    /// Whose.
    pub endpoint_id: Uuid,
    /// The secret in force.
    pub secret: Sealed,
    /// The one before, while it signs.
    pub old: Option<Sealed>,
}

/// Locks one endpoint with a secret that is not sealed by this key.
///
/// # Errors
/// The database's.
pub async fn lock_outdated(
    conn: &mut PgConnection,
    key_id: &str,
) -> Result<Option<Outdated>, sqlx::Error> {
    let row = sqlx::query!(
        r#"
        SELECT endpoint_id, key_id, secret, old_key_id, old_secret
        FROM   notification.webhook_endpoints
        WHERE  key_id <> $1
        OR     old_key_id <> $1
        LIMIT  1
        FOR    NO KEY UPDATE SKIP LOCKED
        "#,
        key_id,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Outdated {
        endpoint_id: row.endpoint_id,
        secret: Sealed {
            key_id: row.key_id,
            bytes: row.secret,
        },
        old: Sealed::read(row.old_key_id, row.old_secret),
    }))
}

/// Stores the same secrets under another seal.
///
/// # Errors
/// The database's.
pub async fn seal_again(
    conn: &mut PgConnection,
    endpoint_id: Uuid,
    secret: &Sealed,
    old: Option<&Sealed>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        UPDATE notification.webhook_endpoints
        SET    key_id     = $2,
               secret     = $3,
               old_key_id = $4,
               old_secret = $5,
               old_until  = CASE WHEN $4::text IS NOT NULL THEN old_until END
        WHERE  endpoint_id = $1
        "#,
        endpoint_id,
        secret.key_id,
        secret.bytes,
        old.map(|old| old.key_id.as_str()),
        old.map(|old| old.bytes.as_slice()),
    )
    .execute(conn)
    .await?;
    Ok(())
}
