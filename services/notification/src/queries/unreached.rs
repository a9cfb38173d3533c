//! Lists who was reached by no channel, notice by notice. An unknown message has not reached anybody, as
//! far as can be said.

use std::collections::BTreeMap;

use sqlx::PgPool;
use uuid::Uuid;
use winner_proto::notification::v1 as wire;

use super::message;
use crate::store::unreached::{self, NoticeKey};

/// A page to read.
#[derive(Debug)]
pub struct Page<'a> {
    /// The edition.
    pub edition_id: &'a str,
    /// Only this event's notices.
    pub event_id: Option<Uuid>,
    /// After this notice.
    pub after: NoticeKey,
    /// At most this many, at least 1.
    pub size: u16,
}

/// A page of people, and after which notice the next begins.
///
/// # Errors
/// The database's.
pub async fn list(
    pool: &PgPool,
    page: Page<'_>,
) -> Result<(Vec<wire::Unreached>, Option<NoticeKey>), sqlx::Error> {
    let size = usize::from(page.size);
    let limit = i64::from(page.size) + 1;
    let mut keys =
        unreached::list(pool, page.edition_id, page.event_id, &page.after, limit).await?;
    let more = keys.len() > size;
    keys.truncate(size);
    let mut messages: BTreeMap<NoticeKey, Vec<wire::Message>> = BTreeMap::new();
    for row in unreached::messages(pool, &keys).await? {
        let key = NoticeKey {
            event_id: row.event_id,
            recipient_id: row.recipient_id,
            template: row.template.clone(),
        };
        messages.entry(key).or_default().push(message::to_wire(row));
    }
    let next = keys.last().filter(|_| more).cloned();
    let unreached = keys
        .into_iter()
        .map(|key| wire::Unreached {
            messages: messages.remove(&key).unwrap_or_default(),
            event_id: key.event_id.to_string(),
            recipient_id: key.recipient_id.to_string(),
            template: key.template,
        })
        .collect();
    Ok((unreached, next))
}
