//! Messages whose fate has been unknown for long.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::Unreadable;
use super::claims::{InFlight, interval};
use super::states::StateRow;
use crate::domain::channel::Channel;

/// Those to look for: of this purpose, unknown for at least so long.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    /// The template's id.
    pub purpose: &'a str,
    /// How long.
    pub since: Duration,
    /// Only where no other channel has a message of the same notice.
    pub single: bool,
}

/// Locks messages that are sought, with how long they have been unknown, skipping those that others look at.
/// What was tried `tries` times is not sought for sending it again.
///
/// # Errors
/// The database's.
pub async fn lock(
    conn: &mut PgConnection,
    sought: &[Sought<'_>],
    tries: u32,
    limit: i64,
) -> Result<Vec<(InFlight, Duration)>, sqlx::Error> {
    let purposes: Vec<String> = sought.iter().map(|one| one.purpose.to_owned()).collect();
    let waits = sought
        .iter()
        .map(|one| interval(one.since))
        .collect::<Result<Vec<_>, _>>()?;
    let single: Vec<bool> = sought.iter().map(|one| one.single).collect();
    // Index messages_unknown: unknown messages are few. Then the unique index by event.
    let rows = sqlx::query!(
        r#"
        SELECT   m.message_id, m.edition_id, m.template, m.channel, m.state, m.reason, m.attempt, m.fence,
                 m.phase, m.stopped,
                 extract(epoch FROM clock_timestamp() - m.unknown_since)::float8 AS "seconds!"
        FROM     notification.messages AS m
        JOIN     unnest($1::text[], $2::interval[], $3::boolean[]) AS s (purpose, wait, single)
        ON       s.purpose = m.template
        WHERE    m.state = 'unknown'
        AND      NOT m.stopped
        AND      m.unknown_since <= clock_timestamp() - s.wait
        AND      (s.single OR m.attempt < $5)
        AND      NOT (s.single AND EXISTS (
                     SELECT
                     FROM   notification.messages AS o
                     WHERE  o.event_id = m.event_id
                     AND    o.recipient_id = m.recipient_id
                     AND    o.template = m.template
                     AND    o.channel <> m.channel))
        ORDER BY m.message_id
        LIMIT    $4
        FOR      UPDATE OF m SKIP LOCKED
        "#,
        &purposes,
        &waits,
        &single,
        limit,
        i32::try_from(tries).unwrap_or(i32::MAX),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let since = Duration::try_from_secs_f64(row.seconds).map_err(|_| Unreadable {
                message_id: row.message_id,
                column: "unknown_since",
            })?;
            let row = StateRow {
                message_id: row.message_id,
                edition_id: row.edition_id,
                template: row.template,
                channel: row.channel,
                state: row.state,
                reason: row.reason,
                attempt: row.attempt,
                fence: row.fence,
                phase: row.phase,
                stopped: row.stopped,
            };
            Ok((row.in_flight()?, since))
        })
        .collect()
}

/// Creates the messages of another channel for the notices of these messages, each with the id of the new one;
/// those that there are stay as they are. Says how many are new.
///
/// # Errors
/// The database's.
pub async fn repeat_over(
    conn: &mut PgConnection,
    channel: Channel,
    messages: &[(Uuid, Uuid)],
    now: BusinessTime,
) -> Result<u64, sqlx::Error> {
    let (old, new): (Vec<Uuid>, Vec<Uuid>) = messages.iter().copied().unzip();
    let done = sqlx::query!(
        r#"
        INSERT INTO notification.messages
                    (message_id, edition_id, event_id, recipient_kind, recipient_id, channel,
                     template, notice, state, useful_until, traceparent, created_at)
        SELECT      n.new_id, m.edition_id, m.event_id, m.recipient_kind, m.recipient_id, $3,
                    m.template, m.notice, 'queued', m.useful_until, m.traceparent, $4
        FROM        unnest($1::uuid[], $2::uuid[]) AS n (old_id, new_id)
        JOIN        notification.messages AS m ON m.message_id = n.old_id
        ON CONFLICT (event_id, recipient_id, channel, template) DO NOTHING
        "#,
        &old,
        &new,
        channel.code(),
        now.as_offset(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
