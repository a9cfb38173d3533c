//! To which addresses mails were written, and which addresses nothing is written to: both as keyed hashes.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::Unreadable;
use crate::domain::channel::Channel;
use crate::domain::reason::Reason;

/// Notes where these mails are about to be written to, and says which of them must not be, and why.
///
/// # Errors
/// The database's: then nothing is noted and none may be written.
pub async fn note(
    pool: &PgPool,
    addresses: &[(Uuid, [u8; 32])],
) -> Result<Vec<(Uuid, Reason)>, sqlx::Error> {
    let ids: Vec<Uuid> = addresses.iter().map(|(id, _)| *id).collect();
    let hashes: Vec<Vec<u8>> = addresses.iter().map(|(_, hash)| hash.to_vec()).collect();
    let rows = sqlx::query!(
        r#"
        WITH writing AS (
            SELECT * FROM unnest($1::uuid[], $2::bytea[]) AS w (message_id, address_hash)
        ),
        noted AS (
            INSERT INTO notification.mail_addresses AS a (message_id, address_hash)
            SELECT      message_id, address_hash
            FROM        writing
            ORDER BY    message_id
            ON CONFLICT (message_id)
            DO UPDATE   SET address_hash = excluded.address_hash
            WHERE       a.address_hash <> excluded.address_hash
        )
        SELECT w.message_id AS "message_id!", s.reason
        FROM   writing AS w
        JOIN   notification.suppressions AS s
        ON     s.channel = $3 AND s.address_hash = w.address_hash
        "#,
        &ids,
        &hashes,
        Channel::Email.code(),
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let reason = Reason::from_code(&row.reason).ok_or(Unreadable {
                message_id: row.message_id,
                column: "suppressions.reason",
            })?;
            Ok((row.message_id, reason))
        })
        .collect()
}

/// Suppresses the address that this message was written to. Says whether it was not already.
///
/// # Errors
/// The database's.
pub async fn suppress(
    conn: &mut PgConnection,
    message_id: Uuid,
    reason: Reason,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        r#"
        INSERT INTO notification.suppressions (channel, address_hash, reason, message_id)
        SELECT      $3, address_hash, $2, message_id
        FROM        notification.mail_addresses
        WHERE       message_id = $1
        ON CONFLICT DO NOTHING
        "#,
        message_id,
        reason.code(),
        Channel::Email.code(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Of the latest mails that went to the same address as this message, newest first: whether each came
/// back for a reason that may pass.
///
/// # Errors
/// The database's.
pub async fn came_back_softly(
    conn: &mut PgConnection,
    message_id: Uuid,
    latest: i64,
) -> Result<Vec<bool>, sqlx::Error> {
    // Index mail_addresses_hash.
    sqlx::query_scalar!(
        r#"
        SELECT   EXISTS (
                     SELECT 1
                     FROM   notification.bounces AS b
                     WHERE  b.message_id = m.message_id
                     AND    b.kind = 'soft'
                 ) AS "soft!"
        FROM     notification.mail_addresses AS own
        JOIN     notification.mail_addresses AS a ON a.address_hash = own.address_hash
        JOIN     notification.messages AS m ON m.message_id = a.message_id
        WHERE    own.message_id = $1
        AND      m.state IN ('sending', 'unknown', 'sent', 'delivered', 'bounced')
        ORDER BY a.message_id DESC
        LIMIT    $2
        "#,
        message_id,
        latest,
    )
    .fetch_all(conn)
    .await
}
