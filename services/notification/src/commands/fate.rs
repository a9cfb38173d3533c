//! Tells the other services what became of a message, by id.

use uuid::Uuid;
use winner_messaging::{Batch, OutboxError, Unit};
use winner_proto::notification::v1::{
    Channel as WireChannel, MessageBounced, MessageDelivered, MessageFailed, MessageSent,
    MessageUnknown,
};

use crate::domain::channel::Channel;
use crate::domain::message::State;
use crate::store::claims::InFlight;

/// Which message an event is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The message.
    pub message_id: Uuid,
    /// Its channel.
    pub channel: Channel,
    /// Its edition; empty for none.
    pub edition_id: &'a str,
    /// Its template's id.
    pub template: &'a str,
}

impl<'a> From<&'a InFlight> for About<'a> {
    fn from(message: &'a InFlight) -> Self {
        Self {
            message_id: message.message_id,
            channel: message.channel,
            edition_id: &message.edition_id,
            template: &message.template,
        }
    }
}

/// A channel as it goes out.
pub const fn wire(channel: Channel) -> WireChannel {
    match channel {
        Channel::Email => WireChannel::Email,
        Channel::Sms => WireChannel::Sms,
    }
}

/// Appends the events of messages' new states, where there are such, in one statement.
///
/// # Errors
/// When an event cannot be written.
pub async fn tell_all<'a>(
    unit: &mut Unit,
    changed: impl IntoIterator<Item = (About<'a>, &'a State)>,
) -> Result<(), OutboxError> {
    let mut batch = Batch::default();
    for (about, state) in changed {
        add(&mut batch, &about, state)?;
    }
    unit.append_all(batch).await
}

/// Adds the event of a message's new state to a batch, where there is one.
fn add(batch: &mut Batch, about: &About<'_>, state: &State) -> Result<(), OutboxError> {
    let message_id = about.message_id.to_string();
    let aggregate = message_id.clone();
    let edition = Some(about.edition_id).filter(|edition| !edition.is_empty());
    let (edition_id, template) = (about.edition_id.to_owned(), about.template.to_owned());
    let channel = wire(about.channel).into();
    macro_rules! say {
        ($event:ident $(, $field:ident: $value:expr)?) => {{
            let event = $event { edition_id, message_id, channel, template $(, $field: $value)? };
            batch.add(&aggregate, edition, &event)?;
        }};
    }
    match state {
        State::Sent(_) => say!(MessageSent),
        State::Delivered => say!(MessageDelivered),
        State::Unknown(_) => say!(MessageUnknown),
        State::Failed(reason) => say!(MessageFailed, reason_code: reason.code().to_owned()),
        State::Bounced(bounced) => {
            say!(MessageBounced, reason_code: bounced.reason.code().to_owned());
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
