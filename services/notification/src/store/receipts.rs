//! What providers say became of messages: kept first, joined to its message later.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::claims::{InFlight, interval};
use super::states::StateRow;
use crate::domain::channel::Channel;
use crate::domain::message::Receipt;
use crate::domain::reason::Reason;

/// A receipt as it was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The provider's own id of the message.
    pub provider_id: Option<String>,
    /// Ours, and of which attempt.
    pub own: Option<(Uuid, i32)>,
    /// The provider's word for it, at most 64 characters.
    pub said: String,
    /// What it means.
    pub receipt: Receipt,
}

/// Receipts that wait for their message, of one channel at most. More are refused: the provider comes
/// again.
pub const MOST_WAITING: i64 = 10_000;

const fn code(receipt: Receipt) -> &'static str {
    match receipt {
        Receipt::Accepted => "accepted",
        Receipt::Delivered => "delivered",
        Receipt::Lost(Reason::MailboxUnknown) => "no_subscriber",
        Receipt::Lost(_) => "lost",
    }
}

fn from_code(code: &str) -> Option<Receipt> {
    Some(match code {
        "accepted" => Receipt::Accepted,
        "delivered" => Receipt::Delivered,
        "lost" => Receipt::Lost(Reason::Returned),
        "no_subscriber" => Receipt::Lost(Reason::MailboxUnknown),
        _ => return None,
    })
}

/// Keeps receipts; those that were heard before are the same. Says whether there was room: otherwise none
/// is kept.
///
/// # Errors
/// The database's.
pub async fn keep(
    pool: &PgPool,
    channel: Channel,
    route: &str,
    heard: &[(Uuid, Heard)],
) -> Result<bool, sqlx::Error> {
    let ids: Vec<Uuid> = heard.iter().map(|(id, _)| *id).collect();
    let providers: Vec<Option<String>> = heard
        .iter()
        .map(|(_, one)| one.provider_id.clone())
        .collect();
    let messages: Vec<Option<Uuid>> = heard
        .iter()
        .map(|(_, one)| one.own.map(|(id, _)| id))
        .collect();
    let attempts: Vec<Option<i32>> = heard
        .iter()
        .map(|(_, one)| one.own.map(|(_, attempt)| attempt))
        .collect();
    let said: Vec<String> = heard.iter().map(|(_, one)| one.said.clone()).collect();
    let meanings: Vec<&str> = heard.iter().map(|(_, one)| code(one.receipt)).collect();
    // The count reads index receipts_waiting, which is bounded by it.
    let room = sqlx::query_scalar!(
        r#"
        WITH waiting AS (
            SELECT count(*) AS number
            FROM   notification.receipts
            WHERE  settled_at IS NULL
            AND    channel = $1
        ),
        kept AS (
            INSERT INTO notification.receipts
                        (receipt_id, channel, route, provider_id, message_id, attempt, said, meaning)
            SELECT      n.receipt_id, $1, $2, n.provider_id, n.message_id, n.attempt, n.said, n.meaning
            FROM        unnest($3::uuid[], $4::text[], $5::uuid[], $6::integer[], $7::text[], $8::text[])
                        AS n (receipt_id, provider_id, message_id, attempt, said, meaning)
            WHERE       (SELECT number FROM waiting) < $9
            ON CONFLICT DO NOTHING
        )
        SELECT number < $9 AS "room!" FROM waiting
        "#,
        channel.code(),
        route,
        &ids,
        &providers as &[Option<String>],
        &messages as &[Option<Uuid>],
        &attempts as &[Option<i32>],
        &said,
        &meanings as &[&str],
        MOST_WAITING,
    )
    .fetch_one(pool)
    .await?;
    Ok(room)
}

/// A receipt that waits, and the message that it is about.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The receipt.
    pub receipt_id: Uuid,
    /// What it says.
    pub receipt: Receipt,
    /// The message; `None` where there is none, or none yet.
    pub message_id: Option<Uuid>,
    /// It is about an earlier attempt than the message's last one.
    pub outdated: bool,
}

/// Takes up to `limit` receipts whose turn to be looked at has come, oldest first, skipping those that
/// others look at.
///
/// # Errors
/// The database's.
pub async fn look(conn: &mut PgConnection, limit: i64) -> Result<Vec<Waiting>, sqlx::Error> {
    // Index receipts_waiting; then messages' primary key and index messages_provider.
    let rows = sqlx::query!(
        r#"
        WITH due AS (
            SELECT   receipt_id, channel, provider_id, message_id, attempt, meaning, heard_at
            FROM     notification.receipts
            WHERE    settled_at IS NULL
            AND      look_at <= clock_timestamp()
            ORDER BY look_at
            LIMIT    $1
            FOR      UPDATE SKIP LOCKED
        )
        SELECT    due.receipt_id, due.meaning,
                  coalesce(own.message_id, named.message_id) AS "message_id?",
                  coalesce(due.attempt < own.attempt, false) AS "outdated!"
        FROM      due
        LEFT JOIN notification.messages AS own
        ON        own.message_id = due.message_id
        AND       own.channel = due.channel
        AND       own.attempt >= due.attempt
        LEFT JOIN LATERAL (
            SELECT   m.message_id
            FROM     notification.messages AS m
            WHERE    m.channel = due.channel
            AND      m.provider_id = due.provider_id
            ORDER BY m.message_id DESC
            LIMIT    1
        ) AS named ON true
        ORDER BY  due.heard_at, due.receipt_id
        "#,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Waiting {
                receipt_id: row.receipt_id,
                receipt: from_code(&row.meaning)?,
                message_id: row.message_id,
                outdated: row.outdated,
            })
        })
        .collect())
}

/// Locks messages that receipts are about, whatever their state.
///
/// # Errors
/// The database's.
pub async fn lock_messages(
    conn: &mut PgConnection,
    messages: &[Uuid],
) -> Result<Vec<InFlight>, sqlx::Error> {
    let rows = sqlx::query_as!(
        StateRow,
        r#"
        SELECT   message_id, edition_id, template, channel, state, reason, attempt, fence, phase, stopped
        FROM     notification.messages
        WHERE    message_id = ANY ($1)
        ORDER BY message_id
        FOR      UPDATE
        "#,
        messages,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(StateRow::in_flight).collect()
}

/// Settles receipts, and puts others back to be looked at again: after a second, then after twice as long
/// each time, at most an hour.
///
/// # Errors
/// The database's.
pub async fn put_back(
    conn: &mut PgConnection,
    settled: &[Uuid],
    waiting: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        UPDATE notification.receipts
        SET    settled_at = CASE WHEN receipt_id = ANY ($1::uuid[]) THEN clock_timestamp() END,
               look_at    = clock_timestamp() + least(interval '1 second' * (2 ^ least(looks, 12)), interval '1 hour'),
               looks      = looks + 1
        WHERE  receipt_id = ANY ($1::uuid[] || $2::uuid[])
        "#,
        settled,
        waiting,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets receipts that found no message in `unclaimed`, and those that were settled so long ago that
/// nobody asks for the proof.
///
/// # Errors
/// The database's.
pub async fn forget(
    pool: &PgPool,
    unclaimed: std::time::Duration,
    settled: std::time::Duration,
) -> Result<u64, sqlx::Error> {
    // Index receipts_heard.
    let done = sqlx::query!(
        r#"
        DELETE FROM notification.receipts
        WHERE       heard_at < clock_timestamp() - CASE WHEN settled_at IS NULL THEN $1::interval ELSE $2::interval END
        AND         heard_at < clock_timestamp() - least($1, $2)
        "#,
        interval(unclaimed)?,
        interval(settled)?,
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}
