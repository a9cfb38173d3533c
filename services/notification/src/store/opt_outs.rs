//! Who wants no more messages of a kind.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use winner_notification_core::mail::unsubscribe::Subscription;

use super::messages::Recipient;

/// On which way somebody left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By the link in a mail.
    Link,
    /// By writing to the address in a mail.
    Mail,
}

impl Way {
    /// The code as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Mail => "mail",
        }
    }
}

/// Records that somebody wants no more. Says whether it was not so already.
///
/// # Errors
/// The database's.
pub async fn leave(
    pool: &PgPool,
    subscription: &Subscription,
    way: Way,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        r#"
        INSERT INTO notification.opt_outs (person_id, edition_id, purpose, way)
        VALUES      ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING
        "#,
        subscription.person,
        subscription.edition,
        subscription.purpose,
        way.code(),
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Records that somebody wants them again. Says whether it was not so already.
///
/// # Errors
/// The database's.
pub async fn come_back(pool: &PgPool, subscription: &Subscription) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        r#"
        DELETE FROM notification.opt_outs
        WHERE  person_id = $1
        AND    edition_id = $2
        AND    purpose = $3
        "#,
        subscription.person,
        subscription.edition,
        subscription.purpose,
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Those of these messages that their readers do not want.
///
/// # Errors
/// The database's.
pub async fn unwanted(pool: &PgPool, messages: &[Uuid]) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"
        SELECT m.message_id
        FROM   notification.messages AS m
        JOIN   notification.opt_outs AS o
        ON     o.person_id = m.recipient_id
        AND    o.edition_id = m.edition_id
        AND    o.purpose = m.template
        WHERE  m.message_id = ANY ($1)
        AND    m.recipient_kind = 'person'
        "#,
        messages,
    )
    .fetch_all(pool)
    .await
}

/// What a message's reader leaves who answers to it; `None` where there is no such message, or it is for
/// no person.
///
/// # Errors
/// The database's.
pub async fn subscription_of(
    conn: &mut PgConnection,
    message_id: Uuid,
) -> Result<Option<Subscription>, sqlx::Error> {
    let row = sqlx::query!(
        r#"
        SELECT recipient_kind, recipient_id, edition_id, template
        FROM   notification.messages
        WHERE  message_id = $1
        "#,
        message_id,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(
        match Recipient::read(&row.recipient_kind, row.recipient_id) {
            Some(Recipient::Person(person)) => Some(Subscription {
                person,
                edition: row.edition_id,
                purpose: row.template,
            }),
            _ => None,
        },
    )
}
