//! Receipts: kept by the name that they give their message, joined to it when both are here.

use std::collections::BTreeMap;

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::Unreadable;
use crate::domain::heard::{Heard, Named};
use crate::domain::message::Receipt;
use crate::domain::reason::Reason;

/// So many wait at most; the oldest are forgotten first.
pub const MOST_WAITING: i64 = 50_000;

/// The messages that these receipts name, as far as they are known. Where a provider used an id twice, it is
/// the latest.
///
/// # Errors
/// The database's.
pub async fn meant(conn: &mut PgConnection, heard: &[Heard]) -> Result<Vec<Uuid>, sqlx::Error> {
    let columns = Columns::of(heard);
    // The primary key, and index messages_provider.
    sqlx::query_scalar!(
        r#"
        WITH named AS (
            SELECT DISTINCT channel, named_by, name
            FROM   unnest($1::text[], $2::text[], $3::text[]) AS n (channel, named_by, name)
        )
        SELECT m.message_id AS "message_id!"
        FROM   named AS n
        JOIN   notification.messages AS m
        ON     m.message_id = CASE WHEN n.named_by = 'message' THEN n.name::uuid END
        WHERE  m.channel = n.channel
        UNION
        SELECT (SELECT   m.message_id
                FROM     notification.messages AS m
                WHERE    m.channel = n.channel
                AND      m.provider_id = n.name
                ORDER BY m.message_id DESC
                LIMIT    1)
        FROM   named AS n
        WHERE  n.named_by = 'provider'
        AND    EXISTS (SELECT
                       FROM   notification.messages AS m
                       WHERE  m.channel = n.channel
                       AND    m.provider_id = n.name)
        "#,
        &columns.channels,
        &columns.named,
        &columns.names,
    )
    .fetch_all(conn)
    .await
}

/// Keeps receipts; each waits until it is taken.
///
/// # Errors
/// The database's.
pub async fn keep(conn: &mut PgConnection, heard: &[Heard]) -> Result<(), sqlx::Error> {
    let columns = Columns::of(heard);
    sqlx::query!(
        r#"
        INSERT INTO notification.receipts AS r (channel, named_by, name, kind, reason, waiting, times)
        SELECT      channel, named_by, name, kind, reason, true, times
        FROM        unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[])
                    AS n (channel, named_by, name, kind, reason, times)
        ON CONFLICT (channel, named_by, name, kind, reason) DO UPDATE
        SET         waiting       = true,
                    times         = least(r.times::bigint + excluded.times, 1000000)::integer,
                    last_heard_at = clock_timestamp()
        "#,
        &columns.channels,
        &columns.named,
        &columns.names,
        &columns.kinds,
        &columns.reasons,
        &columns.times,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the receipts that wait for these locked messages, those in a sender's hands excepted: by message,
/// in the order in which they came.
///
/// # Errors
/// The database's.
pub async fn take(
    conn: &mut PgConnection,
    messages: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<Receipt>>, sqlx::Error> {
    // The primary key, once by each name.
    let rows = sqlx::query!(
        r#"
        WITH waiting AS (
            SELECT r.channel, r.named_by, r.name, r.kind, r.reason, m.message_id
            FROM   notification.messages AS m
            JOIN   notification.receipts AS r
            ON     r.channel = m.channel AND r.named_by = 'message' AND r.name = m.message_id::text
            WHERE  m.message_id = ANY ($1)
            AND    m.state <> 'sending'
            AND    r.waiting
            UNION ALL
            SELECT r.channel, r.named_by, r.name, r.kind, r.reason, m.message_id
            FROM   notification.messages AS m
            JOIN   notification.receipts AS r
            ON     r.channel = m.channel AND r.named_by = 'provider' AND r.name = m.provider_id
            WHERE  m.message_id = ANY ($1)
            AND    m.state <> 'sending'
            AND    r.waiting
        ),
        taken AS (
            UPDATE    notification.receipts AS r
            SET       waiting = false, message_id = w.message_id
            FROM      waiting AS w
            WHERE     r.channel = w.channel
            AND       r.named_by = w.named_by
            AND       r.name = w.name
            AND       r.kind = w.kind
            AND       r.reason = w.reason
            RETURNING r.message_id, r.kind, r.reason, r.last_heard_at
        )
        SELECT   message_id AS "message_id!", kind AS "kind!", reason AS "reason!"
        FROM     taken
        ORDER BY message_id, last_heard_at
        "#,
        messages,
    )
    .fetch_all(conn)
    .await?;
    let mut by_message: BTreeMap<Uuid, Vec<Receipt>> = BTreeMap::new();
    for row in rows {
        let receipt = read(&row.kind, &row.reason).ok_or(Unreadable {
            message_id: row.message_id,
            column: "receipts.kind",
        })?;
        by_message.entry(row.message_id).or_default().push(receipt);
    }
    Ok(by_message)
}

/// Messages whose receipts wait although their sender has reported: they came just as it did.
///
/// # Errors
/// The database's.
pub async fn left_waiting(pool: &PgPool, limit: i64) -> Result<Vec<Uuid>, sqlx::Error> {
    // Index receipts_waiting, then the primary key and messages_provider.
    sqlx::query_scalar!(
        r#"
        SELECT m.message_id AS "message_id!"
        FROM   notification.receipts AS r
        JOIN   notification.messages AS m
        ON     m.message_id = CASE WHEN r.named_by = 'message' THEN r.name::uuid END
        WHERE  r.waiting
        AND    m.channel = r.channel
        AND    m.state <> 'sending'
        UNION
        SELECT m.message_id
        FROM   notification.receipts AS r
        JOIN   notification.messages AS m ON m.channel = r.channel AND m.provider_id = r.name
        WHERE  r.waiting
        AND    r.named_by = 'provider'
        AND    m.state <> 'sending'
        LIMIT  $1
        "#,
        limit,
    )
    .fetch_all(pool)
    .await
}

/// Forgets receipts that have waited longer than `days`, and the oldest of those that are too many. Says how
/// many.
///
/// # Errors
/// The database's.
pub async fn forget(pool: &PgPool, days: i32, most: i64) -> Result<u64, sqlx::Error> {
    // Index receipts_waiting, from its older end.
    let done = sqlx::query!(
        r#"
        DELETE FROM notification.receipts
        WHERE       waiting
        AND         last_heard_at < greatest(
                        clock_timestamp() - make_interval(days => $1),
                        (SELECT   last_heard_at
                         FROM     notification.receipts
                         WHERE    waiting
                         ORDER BY last_heard_at DESC
                         OFFSET   $2
                         LIMIT    1))
        "#,
        days,
        most,
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}

const fn codes(receipt: Receipt) -> (&'static str, &'static str) {
    match receipt {
        Receipt::Accepted => ("accepted", ""),
        Receipt::Delivered => ("delivered", ""),
        Receipt::Lost(reason) => ("lost", reason.code()),
    }
}

fn read(kind: &str, reason: &str) -> Option<Receipt> {
    match kind {
        "accepted" => Some(Receipt::Accepted),
        "delivered" => Some(Receipt::Delivered),
        "lost" => Reason::from_code(reason).map(Receipt::Lost),
        _ => None,
    }
}

/// Receipts as columns, each once, in one order for every transaction.
#[derive(Default)]
struct Columns {
    channels: Vec<String>,
    named: Vec<String>,
    names: Vec<String>,
    kinds: Vec<String>,
    reasons: Vec<String>,
    times: Vec<i32>,
}

impl Columns {
    fn of(heard: &[Heard]) -> Self {
        let mut times: BTreeMap<_, i32> = BTreeMap::new();
        for one in heard {
            let (named, name) = match &one.of {
                Named::Message(id) => ("message", id.to_string()),
                Named::Provider(id) => ("provider", id.as_str().to_owned()),
            };
            let (kind, reason) = codes(one.receipt);
            let count = times
                .entry((one.channel.code(), named, name, kind, reason))
                .or_default();
            *count = count.saturating_add(1);
        }
        let mut columns = Self::default();
        for ((channel, named, name, kind, reason), count) in times {
            columns.channels.push(channel.to_owned());
            columns.named.push(named.to_owned());
            columns.names.push(name);
            columns.kinds.push(kind.to_owned());
            columns.reasons.push(reason.to_owned());
            columns.times.push(count);
        }
        columns
    }
}
