//! What is counted for operators.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// How many messages of a channel stand where.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) channel: String,
    pub(crate) state: String,
    pub(crate) count: i64,
}

/// The messages that are not with the next server, by channel and state.
pub(crate) async fn messages(pool: &PgPool) -> Result<Vec<Standing>, sqlx::Error> {
    // Indexes messages_due, messages_leased and messages_look_at: what was sent, nearly all, is not read.
    sqlx::query_as!(
        Standing,
        r#"
        SELECT   channel, state, count(*) AS "count!"
        FROM     notification.messages
        WHERE    state = 'queued'
        OR       state = 'sending'
        OR       state IN ('held', 'unknown', 'failed', 'suppressed', 'bounced')
        GROUP BY channel, state
        "#
    )
    .fetch_all(pool)
    .await
}

/// How many deliveries to endpoints outside stand where.
#[derive(Debug)]
pub(crate) struct Delivering {
    pub(crate) state: String,
    pub(crate) count: i64,
}

/// The deliveries that are not made, by state; also where there are none. What is kept of them is kept for days.
pub(crate) async fn deliveries(pool: &PgPool) -> Result<Vec<Delivering>, sqlx::Error> {
    sqlx::query_as!(
        Delivering,
        r#"
        SELECT    every.state AS "state!", count(d.delivery_id) AS "count!"
        FROM      unnest(ARRAY['pending', 'sending', 'dead', 'skipped']) AS every (state)
        LEFT JOIN notification.webhook_deliveries AS d ON d.state = every.state
        GROUP BY  every.state
        "#
    )
    .fetch_all(pool)
    .await
}

/// How long a message that the next server took had to wait for that.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) channel: String,
    pub(crate) seconds: f64,
}

/// How long these messages waited: from their turn (a release from being held is one), or from the first attempt where
/// there were several. Call it before their states are written.
pub(crate) async fn waited(
    conn: &mut PgConnection,
    messages: &[Uuid],
) -> Result<Vec<Taken>, sqlx::Error> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    // The primary keys of both.
    sqlx::query_as!(
        Taken,
        r#"
        SELECT    m.channel,
                  extract(epoch FROM clock_timestamp() - least(m.not_before, min(a.began_at)))::float8 AS "seconds!"
        FROM      notification.messages AS m
        LEFT JOIN notification.message_attempts AS a USING (message_id)
        WHERE     m.message_id = ANY ($1)
        GROUP BY  m.message_id
        "#,
        messages,
    )
    .fetch_all(conn)
    .await
}
