//! What organisers' decisions about one message read and write.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::claims::InFlight;
use super::messages::Recipient;
use super::states;
use crate::domain::channel::Channel;

/// Locks one message of an edition, whatever its state.
///
/// # Errors
/// The database's.
pub async fn lock_one(
    conn: &mut PgConnection,
    edition_id: &str,
    message_id: Uuid,
) -> Result<Option<InFlight>, sqlx::Error> {
    let row = sqlx::query_as!(
        states::StateRow,
        r#"
        SELECT message_id, edition_id, template, channel, state, reason, attempt, fence, phase,
               stopped
        FROM   notification.messages
        WHERE  message_id = $1
        AND    edition_id = $2
        FOR    UPDATE
        "#,
        message_id,
        edition_id,
    )
    .fetch_optional(conn)
    .await?;
    row.map(states::StateRow::in_flight).transpose()
}

/// Lets a locked message be tried again that an organiser had stopped.
///
/// # Errors
/// The database's.
pub async fn let_go_again(conn: &mut PgConnection, message_id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        UPDATE notification.messages
        SET    stopped = false
        WHERE  message_id = $1
        AND    stopped
        "#,
        message_id,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Over which channel a message of an edition goes, and to whom.
///
/// # Errors
/// The database's.
pub async fn target(
    pool: &PgPool,
    edition_id: &str,
    message_id: Uuid,
) -> Result<Option<(Channel, Recipient)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"
        SELECT channel, recipient_kind, recipient_id
        FROM   notification.messages
        WHERE  message_id = $1
        AND    edition_id = $2
        "#,
        message_id,
        edition_id,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.and_then(|row| {
        let recipient = Recipient::read(&row.recipient_kind, row.recipient_id)?;
        Some((Channel::from_code(&row.channel)?, recipient))
    }))
}

/// Lets a locked message go however late it is.
///
/// # Errors
/// The database's.
pub async fn useful_for_ever(conn: &mut PgConnection, message_id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        UPDATE notification.messages
        SET    useful_until = NULL
        WHERE  message_id = $1
        "#,
        message_id,
    )
    .execute(conn)
    .await?;
    Ok(())
}
