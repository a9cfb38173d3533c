//! An organiser sends again what failed, came back, was suppressed, stopped or came too late.
//!
//! The count of attempts goes on, and one more is always made. The address is asked for before the
//! transaction, so that a suppression of it can be lifted with the decision.

use winner_messaging::Ledger;
use winner_notification_core::addresses::AddressKey;
use winner_notification_core::mail::address::normalised;
use winner_notification_core::sms::number::Countries;
use winner_proto::notification::v1 as wire;

use crate::commands::one_message::{Asked, ChangeError, Opened, open};
use crate::directory::{Directory, Reach};
use crate::domain::channel::Channel;
use crate::domain::message::State;
use crate::store::messages::Recipient;
use crate::store::{decisions, suppressions};

/// The method's name among stored requests.
const METHOD: &str = "/winner.notification.v1.MessageService/ResendMessage";

/// Finds out which suppression may stand in a message's way.
#[derive(Debug, Clone)]
pub struct AddressBook {
    /// Whom to ask.
    pub directory: Directory,
    /// By which addresses are known again; without it none is, and none is suppressed.
    pub key: Option<AddressKey>,
    /// To whose mobile numbers SMS may go.
    pub countries: Countries,
}

impl AddressBook {
    /// The hash by which the address of a channel is known again; `None` where there is no address, or none
    /// is ever known again.
    fn hash(&self, channel: Channel, reach: &Reach) -> Option<[u8; 32]> {
        let key = self.key.as_ref()?;
        let address = match channel {
            Channel::Email => normalised(reach.email.reveal()),
            Channel::Sms => {
                let mobile = self.countries.mobile(reach.phone.reveal()).ok()?;
                mobile.e164().to_owned()
            }
        };
        Some(key.hash(channel.code(), &address))
    }
}

/// Sends a message again. A retry returns the same answer, and sends nothing.
///
/// # Errors
/// [`ChangeError`]
pub async fn resend(
    ledger: &Ledger,
    book: &AddressBook,
    asked: Asked<'_, wire::ResendMessageRequest>,
) -> Result<wire::Message, ChangeError> {
    let answered = ledger
        .answered_request(asked.caller, METHOD, asked.request_id, asked.request)
        .await?;
    if let Some(answer) = answered {
        return Ok(answer);
    }
    let address = find(ledger, book, &asked).await?;
    let mut message = match open(ledger, METHOD, &asked).await? {
        Opened::Answered(answer) => return Ok(answer),
        Opened::Fresh(message) => message,
    };
    let (found, attempts) = (message.found().state.clone(), message.found().attempts);
    let expired = found == State::Expired;
    let again = found.send_again(attempts);
    let state = again.map_err(|_| ChangeError::NotResendable)?;
    if let Some((channel, hash)) = address {
        let lifted = suppressions::lift(message.conn(), channel, &hash).await?;
        if lifted {
            tracing::info!(message_id = %asked.message_id, "suppression.lifted");
        }
    }
    if expired {
        // Whoever sends it again knows that it is late.
        decisions::useful_for_ever(message.conn(), asked.message_id).await?;
    }
    message.become_now(ledger, state).await
}

/// The channel and the hash of the address that the message goes to; `None` where there is none, or no
/// address is ever known again.
async fn find(
    ledger: &Ledger,
    book: &AddressBook,
    asked: &Asked<'_, wire::ResendMessageRequest>,
) -> Result<Option<(Channel, [u8; 32])>, ChangeError> {
    if book.key.is_none() {
        return Ok(None);
    }
    let target = decisions::target(ledger.pool(), asked.edition_id, asked.message_id).await?;
    let (channel, recipient) = target.ok_or(ChangeError::NotFound)?;
    let reach = match recipient {
        Recipient::Person(id) => book.directory.contacts(vec![id]).await?.remove(&id),
        Recipient::Membership(id) => book.directory.invited(vec![id]).await?.remove(&id),
    };
    let hash = reach.and_then(|reach| book.hash(channel, &reach));
    Ok(hash.map(|hash| (channel, hash)))
}
