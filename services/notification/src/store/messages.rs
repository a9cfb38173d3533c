//! Messages: created with the event that causes them, listed for organisers.

use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;
use winner_platform::BusinessTime;

use crate::domain::channel::Channel;
use crate::domain::notice::Notice;
use crate::domain::reason::Reason;

/// Rows per statement: more would be one very long lock.
const ROWS: usize = 1_000;

/// Whom a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// A person, by id.
    Person(Uuid),
    /// Whoever was invited to a membership, by its id.
    Membership(Uuid),
}

impl Recipient {
    /// The id.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Person(id) | Self::Membership(id) => id,
        }
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Membership(_) => "membership",
        }
    }

    pub(super) fn read(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "person" => Some(Self::Person(id)),
            "membership" => Some(Self::Membership(id)),
            _ => None,
        }
    }
}

/// Messages to be created: one notice for several recipients.
#[derive(Debug)]
pub struct NewMessages<'a> {
    /// The event that causes them.
    pub event_id: Uuid,
    /// The edition; empty for none.
    pub edition_id: &'a str,
    /// Over which channel.
    pub channel: Channel,
    /// What they say.
    pub notice: &'a Notice,
    /// Whom they are for, each with the id of the message.
    pub recipients: &'a [(Uuid, Recipient)],
    /// Why they are held; `None` lets them go.
    pub held: Option<Reason>,
    /// W3C trace context of what causes them.
    pub traceparent: Option<&'a str>,
    /// Business time.
    pub now: BusinessTime,
}

/// Creates messages; those that this event has created before stay as they are. Says how many are new.
///
/// # Errors
/// The database's.
pub async fn create(conn: &mut PgConnection, new: &NewMessages<'_>) -> Result<u64, sqlx::Error> {
    let mut created = 0;
    let state = if new.held.is_some() { "held" } else { "queued" };
    for chunk in new.recipients.chunks(ROWS) {
        let ids: Vec<Uuid> = chunk.iter().map(|(id, _)| *id).collect();
        let kinds: Vec<String> = chunk.iter().map(|(_, to)| to.kind().to_owned()).collect();
        let recipients: Vec<Uuid> = chunk.iter().map(|(_, to)| to.id()).collect();
        let done = sqlx::query!(
            r#"
            INSERT INTO notification.messages
                        (message_id, edition_id, event_id, recipient_kind, recipient_id, channel,
                         template, notice, state, reason, useful_until, traceparent, created_at)
            SELECT      new.message_id, $4, $5, new.kind, new.recipient_id, $13,
                        $6, $7, $8, $9, $10, $11, $12
            FROM        unnest($1::uuid[], $2::text[], $3::uuid[])
                        AS new (message_id, kind, recipient_id)
            ON CONFLICT (event_id, recipient_id, channel, template) DO NOTHING
            "#,
            &ids,
            &kinds,
            &recipients,
            new.edition_id,
            new.event_id,
            new.notice.template(),
            Json(new.notice) as _,
            state,
            new.held.map(Reason::code),
            new.notice.useful_until().map(BusinessTime::as_offset),
            new.traceparent,
            new.now.as_offset(),
            new.channel.code(),
        )
        .execute(&mut *conn)
        .await?;
        created += done.rows_affected();
    }
    Ok(created)
}

/// A message as organisers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its id.
    pub message_id: Uuid,
    /// The edition; empty for none.
    pub edition_id: String,
    /// The event that caused it.
    pub event_id: Uuid,
    /// The recipient's person or membership id.
    pub recipient_id: Uuid,
    /// The template's id.
    pub template: String,
    /// Its state's code.
    pub state: String,
    /// Why it stands there, as a code.
    pub reason: Option<String>,
    /// Business time.
    pub created_at: OffsetDateTime,
    /// Business time.
    pub sent_at: Option<OffsetDateTime>,
    /// Its channel's code.
    pub channel: String,
    /// Business time; by a receipt.
    pub delivered_at: Option<OffsetDateTime>,
    /// The provider's own id.
    pub provider_id: Option<String>,
    /// SHA-256 of what was last offered.
    pub content_hash: Option<Vec<u8>>,
}

/// Which messages of an edition to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// In this state.
    pub state: Option<&'a str>,
    /// Of this event.
    pub event_id: Option<Uuid>,
    /// To this person or membership.
    pub recipient_id: Option<Uuid>,
    /// Over this channel.
    pub channel: Option<Channel>,
}

/// Lists an edition's messages, oldest first, after an id, all or those that a filter lets through.
///
/// # Errors
/// The database's.
pub async fn list(
    pool: &PgPool,
    edition_id: &str,
    filter: Filter<'_>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<MessageRow>, sqlx::Error> {
    // The unique index by event where one is named; else messages_edition, or messages_look_at where the
    // state is one of those.
    sqlx::query_as!(
        MessageRow,
        r#"
        SELECT   message_id, edition_id, event_id, recipient_id, template, state, reason,
                 created_at, sent_at, channel, delivered_at, provider_id, content_hash
        FROM     notification.messages
        WHERE    edition_id = $1
        AND      ($2::text IS NULL OR state = $2)
        AND      ($3::uuid IS NULL OR message_id > $3)
        AND      ($5::uuid IS NULL OR event_id = $5)
        AND      ($6::uuid IS NULL OR recipient_id = $6)
        AND      ($7::text IS NULL OR channel = $7)
        ORDER BY message_id
        LIMIT    $4
        "#,
        edition_id,
        filter.state,
        after,
        limit,
        filter.event_id,
        filter.recipient_id,
        filter.channel.map(Channel::code),
    )
    .fetch_all(pool)
    .await
}

/// Reads one message of an edition.
///
/// # Errors
/// The database's.
pub async fn get(
    conn: &mut PgConnection,
    edition_id: &str,
    message_id: Uuid,
) -> Result<Option<MessageRow>, sqlx::Error> {
    sqlx::query_as!(
        MessageRow,
        r#"
        SELECT message_id, edition_id, event_id, recipient_id, template, state, reason,
               created_at, sent_at, channel, delivered_at, provider_id, content_hash
        FROM   notification.messages
        WHERE  message_id = $1
        AND    edition_id = $2
        "#,
        message_id,
        edition_id,
    )
    .fetch_optional(conn)
    .await
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    /// Counts from 1.
    pub number: i32,
    /// How far it got.
    pub phase: String,
    /// The next server's status code.
    pub status_code: Option<i32>,
    /// Real time.
    pub began_at: OffsetDateTime,
    /// Real time.
    pub ended_at: Option<OffsetDateTime>,
    /// Over which relay or gateway.
    pub route: Option<String>,
    /// What the next server said.
    pub answer: Option<String>,
    /// Why it ended so, as a code.
    pub reason: Option<String>,
    /// SHA-256 of what was offered.
    pub content_hash: Option<Vec<u8>>,
}

/// The attempts of a message, oldest first.
///
/// # Errors
/// The database's.
pub async fn attempts(
    conn: &mut PgConnection,
    message_id: Uuid,
) -> Result<Vec<AttemptRow>, sqlx::Error> {
    sqlx::query_as!(
        AttemptRow,
        r#"
        SELECT   number, phase, status_code, began_at, ended_at, route, answer, reason, content_hash
        FROM     notification.message_attempts
        WHERE    message_id = $1
        ORDER BY number
        "#,
        message_id,
    )
    .fetch_all(conn)
    .await
}

/// Lets messages go that only the edition's delivery mode kept back. Says how many.
///
/// # Errors
/// The database's.
pub async fn release(conn: &mut PgConnection, edition_id: &str) -> Result<u64, sqlx::Error> {
    // Index messages_waiting.
    let done = sqlx::query!(
        r#"
        UPDATE notification.messages
        SET    state = 'queued', reason = NULL, not_before = clock_timestamp()
        WHERE  edition_id = $1
        AND    state = 'held'
        AND    reason = $2
        "#,
        edition_id,
        Reason::DeliveryMode.code(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Keeps back what waits for its turn. Says how many.
///
/// # Errors
/// The database's.
pub async fn hold(conn: &mut PgConnection, edition_id: &str) -> Result<u64, sqlx::Error> {
    // Index messages_edition; a change of mode is rare.
    let done = sqlx::query!(
        r#"
        UPDATE notification.messages
        SET    state = 'held', reason = $2
        WHERE  edition_id = $1
        AND    state = 'queued'
        "#,
        edition_id,
        Reason::DeliveryMode.code(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
