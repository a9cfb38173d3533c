//! Makes an announcement: one message for everybody it is for, in the transaction that takes its event.

use uuid::Uuid;
use winner_messaging::Unit;
use winner_platform::{BusinessTime, Ids};

use crate::domain::announcement::Announcement;
use crate::domain::delivery::DeliveryMode;
use crate::domain::reason::Reason;
use crate::store::editions;
use crate::store::messages::{self, NewMessages, Recipient};

/// Creates the messages of an announcement. An event that comes again creates nothing new. Says how
/// many were created.
///
/// # Errors
/// The database's.
pub async fn announce(
    unit: &mut Unit,
    event_id: Uuid,
    announcement: &Announcement,
    recipients: &[Recipient],
    outside_editions: &DeliveryMode,
    now: BusinessTime,
    ids: &Ids,
) -> Result<u64, sqlx::Error> {
    let mode = if announcement.edition_id.is_empty() {
        outside_editions.clone()
    } else {
        // Held until commit, so that a change of mode either sees these messages or is seen by them.
        let copy = editions::lock(unit.conn(), &announcement.edition_id).await?;
        copy.map(|copy| copy.rules.mode).unwrap_or_default()
    };
    let traceparent = unit.origin().traceparent.clone();
    let recipients: Vec<_> = recipients.iter().map(|to| (ids.uuid(), *to)).collect();
    messages::create(
        unit.conn(),
        &NewMessages {
            event_id,
            edition_id: &announcement.edition_id,
            notice: &announcement.notice,
            recipients: &recipients,
            held: (mode == DeliveryMode::Hold).then_some(Reason::DeliveryMode),
            traceparent: traceparent.as_deref(),
            now,
        },
    )
    .await
}
