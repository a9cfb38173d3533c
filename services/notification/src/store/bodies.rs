//! What people were written, sealed, for as long as it is kept.

use std::time::Duration;

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use winner_notification_core::sealing::{Offered, Once, Sealed};

use super::Unreadable;
use super::claims::interval;
use super::states::Change;

/// Keeps the bodies that these attempts offered. For messages that are locked and whose attempts are
/// written; one that is there already stays.
///
/// # Errors
/// The database's.
pub async fn keep(conn: &mut PgConnection, changes: &[Change]) -> Result<(), sqlx::Error> {
    let (mut ids, mut keys, mut onces, mut bytes) = (vec![], vec![], vec![], vec![]);
    for change in changes {
        if let Some(sealed) = &change.evidence.body {
            ids.push(change.message_id);
            keys.push(i16::from(sealed.key));
            onces.push(sealed.once.to_vec());
            bytes.push(sealed.bytes.clone());
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        INSERT INTO notification.bodies (message_id, number, key_number, once, sealed)
        SELECT m.message_id, m.attempt, n.key_number, n.once, n.sealed
        FROM   unnest($1::uuid[], $2::smallint[], $3::bytea[], $4::bytea[])
               AS n (message_id, key_number, once, sealed)
        JOIN   notification.messages AS m ON m.message_id = n.message_id
        ON     CONFLICT (message_id, number) DO NOTHING
        "#,
        &ids,
        &keys,
        &onces,
        &bytes,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The bodies that are kept of a message, the first attempt's first.
///
/// # Errors
/// The database's.
pub async fn of(pool: &PgPool, message_id: Uuid) -> Result<Vec<(Offered, Sealed)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"
        SELECT   number, key_number, once, sealed
        FROM     notification.bodies
        WHERE    message_id = $1
        ORDER BY number
        "#,
        message_id,
    )
    .fetch_all(pool)
    .await?;
    let unreadable = |column| Unreadable { message_id, column };
    rows.into_iter()
        .map(|row| {
            let attempt = u32::try_from(row.number).map_err(|_| unreadable("number"))?;
            let key = u8::try_from(row.key_number).map_err(|_| unreadable("key_number"))?;
            let once = Once::try_from(row.once).map_err(|_| unreadable("once"))?;
            let offered = Offered {
                message_id,
                attempt,
            };
            let bytes = row.sealed;
            Ok((offered, Sealed { key, once, bytes }))
        })
        .collect()
}

/// Deletes up to `limit` bodies that have been kept for longer than `keep`, the oldest first, skipping
/// those that others are deleting. Says how many.
///
/// # Errors
/// The database's.
pub async fn forget(pool: &PgPool, keep: Duration, limit: i64) -> Result<u64, sqlx::Error> {
    // Index bodies_kept.
    let deleted = sqlx::query!(
        r#"
        WITH old AS (
            SELECT   message_id, number
            FROM     notification.bodies
            WHERE    kept_at <= clock_timestamp() - $1::interval
            ORDER BY kept_at
            LIMIT    $2
            FOR      UPDATE SKIP LOCKED
        )
        DELETE FROM notification.bodies AS b
        USING  old
        WHERE  b.message_id = old.message_id
        AND    b.number = old.number
        "#,
        interval(keep)?,
        limit,
    )
    .execute(pool)
    .await?;
    Ok(deleted.rows_affected())
}
