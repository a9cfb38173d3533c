//! Lists the messages of an edition, oldest first, by pages.

use sqlx::PgPool;
use uuid::Uuid;
use winner_proto::notification::v1 as wire;

use super::message;
use crate::domain::channel::Channel;
use crate::store::messages::{self, Filter};

/// A page to read.
#[derive(Debug)]
pub struct Page<'a> {
    /// The edition.
    pub edition_id: &'a str,
    /// Only messages in this state; `None` lists all.
    pub state: Option<wire::MessageState>,
    /// Only messages of this event.
    pub event_id: Option<Uuid>,
    /// Only messages to this person or membership.
    pub recipient_id: Option<Uuid>,
    /// Only messages over this channel.
    pub channel: Option<Channel>,
    /// After this message.
    pub after: Option<Uuid>,
    /// At most this many, at least 1.
    pub size: u16,
}

/// A page of messages, and after which one the next begins.
///
/// # Errors
/// The database's.
pub async fn list(
    pool: &PgPool,
    page: Page<'_>,
) -> Result<(Vec<wire::Message>, Option<Uuid>), sqlx::Error> {
    let state = match page.state {
        None => None,
        Some(state) => match message::code(state) {
            Some(code) => Some(code),
            // No message can be in such a state yet.
            None => return Ok((Vec::new(), None)),
        },
    };
    let filter = Filter {
        state,
        event_id: page.event_id,
        recipient_id: page.recipient_id,
        channel: page.channel,
    };
    let limit = i64::from(page.size) + 1;
    let mut rows = messages::list(pool, page.edition_id, filter, page.after, limit).await?;
    let more = rows.len() > usize::from(page.size);
    rows.truncate(usize::from(page.size));
    let next = rows.last().filter(|_| more).map(|row| row.message_id);
    Ok((rows.into_iter().map(message::to_wire).collect(), next))
}
