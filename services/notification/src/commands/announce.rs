//! Makes an announcement: one message for everybody it is for, in the transaction that takes its event.

use uuid::Uuid;
use winner_messaging::Unit;
use winner_platform::{BusinessTime, Ids};

use crate::domain::announcement::Announcement;
use crate::domain::channels::Channels;
use crate::domain::delivery::DeliveryMode;
use crate::domain::reason::Reason;
use crate::store::editions;
use crate::store::messages::{self, NewMessages, Recipient};

/// How this installation announces.
#[derive(Debug, Clone, Default)]
pub struct Habits {
    /// What becomes of messages outside editions.
    pub outside_editions: DeliveryMode,
    /// By which channels notices go.
    pub channels: Channels,
}

/// Creates the messages of an announcement, one a recipient and channel. An event that comes again creates nothing new. Says how
/// many were created.
///
/// # Errors
/// The database's.
pub async fn announce(
    unit: &mut Unit,
    event_id: Uuid,
    announcement: &Announcement,
    recipients: &[Recipient],
    habits: &Habits,
    now: BusinessTime,
    ids: &Ids,
) -> Result<u64, sqlx::Error> {
    let mode = if announcement.edition_id.is_empty() {
        habits.outside_editions.clone()
    } else {
        // Held until commit, so that a change of mode either sees these messages or is seen by them.
        let copy = editions::lock(unit.conn(), &announcement.edition_id).await?;
        copy.map(|copy| copy.rules.mode).unwrap_or_default()
    };
    let traceparent = unit.origin().traceparent.clone();
    let mut created = 0;
    for channel in habits.channels.of(&announcement.notice) {
        let recipients: Vec<_> = recipients.iter().map(|to| (ids.uuid(), *to)).collect();
        let new = NewMessages {
            event_id,
            edition_id: &announcement.edition_id,
            channel,
            notice: &announcement.notice,
            recipients: &recipients,
            held: (mode == DeliveryMode::Hold).then_some(Reason::DeliveryMode),
            traceparent: traceparent.as_deref(),
            now,
        };
        created += messages::create(unit.conn(), &new).await?;
    }
    Ok(created)
}
