//! What came back over return paths.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use winner_notification_core::mail::bounce::{Kind, Status};

use super::claims::InFlight;
use super::states;

/// So many reports of one message are kept: whoever has a token could send them without end.
const KEPT: i64 = 20;

/// A report to keep.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Its id.
    pub bounce_id: Uuid,
    /// The message.
    pub message_id: Uuid,
    /// What it tells.
    pub kind: Kind,
    /// Its status code.
    pub status: Option<String>,
    /// Whether the message has heard of it.
    pub applied: bool,
}

/// A kind's code, as stored; `None` for what is not stored.
pub const fn code(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Hard => "hard",
        Kind::Soft => "soft",
        Kind::Delayed => "delayed",
        Kind::Delivered => "delivered",
        Kind::Relayed => "relayed",
        Kind::Complaint => "complaint",
        Kind::NotABounce => return None,
    })
}

fn kind(code: &str) -> Kind {
    [
        Kind::Hard,
        Kind::Soft,
        Kind::Delayed,
        Kind::Delivered,
        Kind::Relayed,
        Kind::Complaint,
    ]
    .into_iter()
    .find(|kind| self::code(*kind) == Some(code))
    .unwrap_or(Kind::NotABounce)
}

/// Locks one message, whichever edition it belongs to and whatever its state.
///
/// # Errors
/// The database's.
pub async fn lock_message(
    conn: &mut PgConnection,
    message_id: Uuid,
) -> Result<Option<InFlight>, sqlx::Error> {
    let row = sqlx::query_as!(
        states::StateRow,
        r#"
        SELECT message_id, edition_id, template, channel, state, reason, attempt, fence, phase, stopped
        FROM   notification.messages
        WHERE  message_id = $1
        FOR    UPDATE
        "#,
        message_id,
    )
    .fetch_optional(conn)
    .await?;
    row.map(states::StateRow::in_flight).transpose()
}

/// Keeps a report.
///
/// # Errors
/// The database's.
pub async fn keep(conn: &mut PgConnection, heard: &Heard) -> Result<(), sqlx::Error> {
    let Some(code) = code(heard.kind) else {
        return Ok(());
    };
    // Index bounces_message.
    sqlx::query!(
        r#"
        INSERT INTO notification.bounces (bounce_id, message_id, kind, status, applied)
        SELECT      $1, $2, $3, $4, $5
        WHERE       (SELECT count(*) FROM notification.bounces WHERE message_id = $2) < $6
        "#,
        heard.bounce_id,
        heard.message_id,
        code,
        heard.status,
        heard.applied,
        KEPT,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Messages that have not heard of a report, and whose sender has reported meanwhile.
///
/// # Errors
/// The database's.
pub async fn waiting(pool: &PgPool, limit: i64) -> Result<Vec<Uuid>, sqlx::Error> {
    // Index bounces_waiting.
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT b.message_id
        FROM   notification.bounces AS b
        JOIN   notification.messages AS m ON m.message_id = b.message_id
        WHERE  NOT b.applied
        AND    m.state <> 'sending'
        LIMIT  $1
        "#,
        limit,
    )
    .fetch_all(pool)
    .await
}

/// Takes the reports that a message has not heard of, oldest first, as heard.
///
/// # Errors
/// The database's.
pub async fn take(
    conn: &mut PgConnection,
    message_id: Uuid,
) -> Result<Vec<(Kind, Option<Status>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"
        UPDATE    notification.bounces
        SET       applied = true
        WHERE     message_id = $1
        AND       NOT applied
        RETURNING bounce_id, kind, status
        "#,
        message_id,
    )
    .fetch_all(conn)
    .await?;
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|row| (row.bounce_id, row.kind, row.status))
        .collect();
    rows.sort_unstable();
    Ok(rows
        .into_iter()
        .map(|(_, code, status)| (kind(&code), status.as_deref().and_then(Status::read)))
        .collect())
}
