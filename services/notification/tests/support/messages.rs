//! Looks at single messages, and changes them as no code of ours would.

use uuid::Uuid;

use super::office::Office;

/// A message's state and reason.
pub async fn state(office: &Office, message: Uuid) -> (String, Option<String>) {
    let row = sqlx::query!(
        "SELECT state, reason FROM notification.messages WHERE message_id = $1",
        message,
    )
    .fetch_one(&office.pool)
    .await
    .unwrap();
    (row.state, row.reason)
}

/// Queues one more message to the same person.
pub async fn another(office: &Office, like: Uuid) -> Uuid {
    let id = office.ledger.ids().uuid();
    sqlx::query!(
        r#"
        INSERT INTO notification.messages
                    (message_id, edition_id, event_id, recipient_kind, recipient_id, channel,
                     template, notice, state, created_at)
        SELECT      $1, edition_id, $2, recipient_kind, recipient_id, channel,
                    template, notice, 'queued', now()
        FROM        notification.messages
        WHERE       message_id = $3
        "#,
        id,
        office.ledger.ids().uuid(),
        like,
    )
    .execute(&office.pool)
    .await
    .unwrap();
    id
}
