//! Tells the other services what became of a message, by id.

use uuid::Uuid;
use winner_messaging::{OutboxError, Unit};
use winner_proto::notification::v1::{Channel, MessageFailed, MessageSent, MessageUnknown};

use crate::domain::message::State;

/// Appends the event of a message's new state, where there is one.
///
/// # Errors
/// When the event cannot be written.
pub async fn tell(
    unit: &mut Unit,
    message_id: Uuid,
    edition_id: &str,
    template: &str,
    state: &State,
) -> Result<(), OutboxError> {
    let aggregate = message_id.to_string();
    let edition = Some(edition_id).filter(|edition| !edition.is_empty());
    let (edition_id, template) = (edition_id.to_owned(), template.to_owned());
    let channel = Channel::Email.into();
    match state {
        State::Sent(_) => {
            let event = MessageSent {
                edition_id,
                message_id: aggregate.clone(),
                channel,
                template,
            };
            unit.append(&aggregate, edition, &event).await?;
        }
        State::Unknown(_) => {
            let event = MessageUnknown {
                edition_id,
                message_id: aggregate.clone(),
                channel,
                template,
            };
            unit.append(&aggregate, edition, &event).await?;
        }
        State::Failed(reason) => {
            let event = MessageFailed {
                edition_id,
                message_id: aggregate.clone(),
                channel,
                template,
                reason_code: reason.code().to_owned(),
            };
            unit.append(&aggregate, edition, &event).await?;
        }
        State::Held(_)
        | State::Queued(_)
        | State::Claimed(_)
        | State::Committing(_)
        | State::Suppressed(_)
        | State::Cancelled
        | State::Expired => {}
    }
    Ok(())
}
