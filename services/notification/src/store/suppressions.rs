//! Addresses and numbers that nothing is sent to.

use sqlx::PgConnection;

use crate::domain::channel::Channel;

/// Lifts the suppression of an address of a channel. Says whether there was one.
///
/// # Errors
/// The database's.
pub async fn lift(
    conn: &mut PgConnection,
    channel: Channel,
    address_hash: &[u8; 32],
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        r#"
        DELETE FROM notification.suppressions
        WHERE       channel = $1
        AND         address_hash = $2
        "#,
        channel.code(),
        address_hash.as_slice(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}
