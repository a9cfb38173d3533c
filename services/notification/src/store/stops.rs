//! How far requests to stop the messages of an event have come.

use sqlx::PgConnection;
use uuid::Uuid;

use super::claims::InFlight;
use super::states;
use crate::domain::channel::Channel;

/// A request to stop messages.
#[derive(Debug, Clone, Copy)]
pub struct Stop<'a> {
    /// Who asks.
    pub caller: &'a str,
    /// The request's id.
    pub request_id: &'a str,
    /// The edition.
    pub edition_id: &'a str,
    /// The event.
    pub event_id: Uuid,
    /// Only this channel.
    pub channel: Option<Channel>,
}

impl Stop<'_> {
    fn channel(&self) -> &'static str {
        self.channel.map_or("", Channel::code)
    }
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Messages up to this one are done.
    pub done_up_to: Uuid,
    /// So many were stopped.
    pub stopped: i64,
}

/// Begins or goes on, and keeps others from doing so until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(conn: &mut PgConnection, stop: &Stop<'_>) -> Result<Progress, sqlx::Error> {
    sqlx::query_as!(
        Progress,
        r#"
        INSERT INTO notification.stops AS s
                    (caller, request_id, edition_id, event_id, channel, done_up_to, stopped_count)
        VALUES      ($1, $2, $3, $4, $5, $6, 0)
        ON CONFLICT (caller, request_id, edition_id, event_id, channel) DO UPDATE
        SET         stopped_count = s.stopped_count
        RETURNING   done_up_to, stopped_count AS "stopped"
        "#,
        stop.caller,
        stop.request_id,
        stop.edition_id,
        stop.event_id,
        stop.channel(),
        Uuid::nil(),
    )
    .fetch_one(conn)
    .await
}

/// Notes how far it has come.
///
/// # Errors
/// The database's.
pub async fn note(
    conn: &mut PgConnection,
    stop: &Stop<'_>,
    progress: Progress,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        UPDATE notification.stops
        SET    done_up_to = $6, stopped_count = $7
        WHERE  caller = $1
        AND    request_id = $2
        AND    edition_id = $3
        AND    event_id = $4
        AND    channel = $5
        "#,
        stop.caller,
        stop.request_id,
        stop.edition_id,
        stop.event_id,
        stop.channel(),
        progress.done_up_to,
        progress.stopped,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets a request that is about to be answered.
///
/// # Errors
/// The database's.
pub async fn forget(conn: &mut PgConnection, stop: &Stop<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        DELETE FROM notification.stops
        WHERE       caller = $1
        AND         request_id = $2
        AND         edition_id = $3
        AND         event_id = $4
        AND         channel = $5
        "#,
        stop.caller,
        stop.request_id,
        stop.edition_id,
        stop.event_id,
        stop.channel(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks the next messages that are to be stopped, in the order of their ids.
///
/// # Errors
/// The database's.
pub async fn lock_next(
    conn: &mut PgConnection,
    stop: &Stop<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<InFlight>, sqlx::Error> {
    // The unique index by event.
    let rows = sqlx::query_as!(
        states::StateRow,
        r#"
        SELECT   message_id, edition_id, template, channel, state, reason, attempt, fence, phase,
                 stopped
        FROM     notification.messages
        WHERE    event_id = $1
        AND      edition_id = $2
        AND      ($3 = '' OR channel = $3)
        AND      message_id > $4
        ORDER BY message_id
        LIMIT    $5
        FOR      UPDATE
        "#,
        stop.event_id,
        stop.edition_id,
        stop.channel(),
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(states::StateRow::in_flight).collect()
}

/// Marks messages that are past the point of no return: they are not tried again.
///
/// # Errors
/// The database's.
pub async fn mark(conn: &mut PgConnection, messages: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        UPDATE notification.messages
        SET    stopped = true
        WHERE  message_id = ANY ($1)
        "#,
        messages,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many messages of an event are out, may be out, or are just going out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beyond {
    /// Past the point of no return, without an answer yet.
    pub sending: i64,
    /// Sent, delivered or come back.
    pub sent: i64,
    /// Nobody knows.
    pub unknown: i64,
}

/// Counts what could not be stopped.
///
/// # Errors
/// The database's.
pub async fn beyond(conn: &mut PgConnection, stop: &Stop<'_>) -> Result<Beyond, sqlx::Error> {
    // The unique index by event.
    sqlx::query_as!(
        Beyond,
        r#"
        SELECT count(*) FILTER (WHERE state = 'sending') AS "sending!",
               count(*) FILTER (WHERE state IN ('sent', 'delivered', 'bounced')) AS "sent!",
               count(*) FILTER (WHERE state = 'unknown') AS "unknown!"
        FROM   notification.messages
        WHERE  event_id = $1
        AND    edition_id = $2
        AND    ($3 = '' OR channel = $3)
        "#,
        stop.event_id,
        stop.edition_id,
        stop.channel(),
    )
    .fetch_one(conn)
    .await
}
