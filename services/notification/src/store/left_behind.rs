//! Messages that nobody takes care of although somebody should.

use std::time::Duration;

use sqlx::PgPool;

use super::claims::interval;
use crate::domain::channel::Channel;

/// How many messages of a channel are left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftBehind {
    /// Queued, and past their turn.
    pub queued: i64,
    /// Sending, and past their lease.
    pub sending: i64,
}

/// Counts the messages of a channel that are past their turn, or their lease, by more than these.
///
/// # Errors
/// The database's.
pub async fn count(
    pool: &PgPool,
    channel: Channel,
    late: Duration,
    lapsed: Duration,
) -> Result<LeftBehind, sqlx::Error> {
    // Indexes messages_due and messages_leased.
    sqlx::query_as!(
        LeftBehind,
        r#"
        SELECT (SELECT count(*)
                FROM   notification.messages
                WHERE  state = 'queued'
                AND    channel = $1
                AND    not_before < clock_timestamp() - $2::interval) AS "queued!",
               (SELECT count(*)
                FROM   notification.messages
                WHERE  state = 'sending'
                AND    channel = $1
                AND    lease_until < clock_timestamp() - $3::interval) AS "sending!"
        "#,
        channel.code(),
        interval(late)?,
        interval(lapsed)?,
    )
    .fetch_one(pool)
    .await
}
