//! Who was reached by no channel.

use sqlx::PgPool;
use uuid::Uuid;

use super::messages::MessageRow;

/// A notice to somebody: one or several messages, one a channel. The key of pages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoticeKey {
    /// The event.
    pub event_id: Uuid,
    /// The person or membership.
    pub recipient_id: Uuid,
    /// The template's id.
    pub template: String,
}

impl NoticeKey {
    /// Before every notice.
    pub const fn first() -> Self {
        Self {
            event_id: Uuid::nil(),
            recipient_id: Uuid::nil(),
            template: String::new(),
        }
    }
}

/// Notices of an edition, or of one of its events, of which no message was sent or delivered: after a key, in
/// the order of keys.
///
/// # Errors
/// The database's.
pub async fn list(
    pool: &PgPool,
    edition_id: &str,
    event_id: Option<Uuid>,
    after: &NoticeKey,
    limit: i64,
) -> Result<Vec<NoticeKey>, sqlx::Error> {
    // Index messages_unreached in its order; then, row by row (OFFSET 0 keeps it so: a join reads the whole
    // table), the unique index by event.
    sqlx::query_as!(
        NoticeKey,
        r#"
        SELECT   m.event_id, m.recipient_id, m.template
        FROM     notification.messages AS m
        WHERE    m.edition_id = $1
        AND      m.state NOT IN ('sent', 'delivered')
        AND      m.event_id BETWEEN $2 AND $3
        AND      (m.event_id, m.recipient_id, m.template) > ($4, $5, $6)
        AND      NOT EXISTS (
                     SELECT
                     FROM   notification.messages AS r
                     WHERE  r.event_id = m.event_id
                     AND    r.recipient_id = m.recipient_id
                     AND    r.template = m.template
                     AND    r.state IN ('sent', 'delivered')
                     OFFSET 0
                 )
        GROUP BY m.event_id, m.recipient_id, m.template
        ORDER BY m.event_id, m.recipient_id, m.template
        LIMIT    $7
        "#,
        edition_id,
        event_id.unwrap_or(Uuid::nil()),
        event_id.unwrap_or(Uuid::max()),
        after.event_id,
        after.recipient_id,
        after.template,
        limit,
    )
    .fetch_all(pool)
    .await
}

/// The messages of notices.
///
/// # Errors
/// The database's.
pub async fn messages(
    pool: &PgPool,
    notices: &[NoticeKey],
) -> Result<Vec<MessageRow>, sqlx::Error> {
    let events: Vec<Uuid> = notices.iter().map(|key| key.event_id).collect();
    let recipients: Vec<Uuid> = notices.iter().map(|key| key.recipient_id).collect();
    let templates: Vec<String> = notices.iter().map(|key| key.template.clone()).collect();
    // The unique index by event.
    sqlx::query_as!(
        MessageRow,
        r#"
        SELECT   m.message_id, m.edition_id, m.event_id, m.recipient_id, m.template, m.state, m.reason,
                 m.created_at, m.sent_at, m.channel, m.delivered_at, m.provider_id, m.content_hash
        FROM     unnest($1::uuid[], $2::uuid[], $3::text[]) AS n (event_id, recipient_id, template)
        JOIN     notification.messages AS m USING (event_id, recipient_id, template)
        ORDER BY m.event_id, m.recipient_id, m.template, m.channel
        "#,
        &events,
        &recipients,
        &templates,
    )
    .fetch_all(pool)
    .await
}
