//! What the addresses of the domain of return paths stand for, and what happens with what comes there.

use std::sync::Arc;

use uuid::Uuid;
use winner_messaging::Ledger;
use winner_notification_core::mail::bounce::{self, Kind};
use winner_notification_core::mail::keys::TokenKeys;
use winner_notification_core::mail::return_path::{self, Postbox};

use super::session::{Postmaster, Refusal, Taken};
use crate::commands::leave::leave_by_mail;
use crate::commands::take_bounce::take_bounce;

/// Reads tokens and hands on.
pub struct Returns {
    /// Where messages are kept.
    pub ledger: Ledger,
    /// Tell our tokens from others'.
    pub keys: Arc<TokenKeys>,
    /// The domain.
    pub domain: String,
    /// The name to which providers send complaints.
    pub complaints: Option<String>,
}

/// What an address stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// What is said about this message.
    About(Uuid),
    /// The reader of this message leaves.
    Leave(Uuid),
    /// A provider's complaints; which message is meant says the complaint.
    Complaints,
}

impl Returns {
    fn of(&self, path: &str) -> Option<Address> {
        let (local, domain) = path.rsplit_once('@')?;
        if !domain.eq_ignore_ascii_case(&self.domain) {
            return None;
        }
        if let Some(complaints) = &self.complaints
            && local.eq_ignore_ascii_case(complaints)
        {
            return Some(Address::Complaints);
        }
        return_path::read(&self.keys, local).map(|(postbox, message_id)| match postbox {
            Postbox::Bounces => Address::About(message_id),
            Postbox::Unsubscribe => Address::Leave(message_id),
        })
    }

    async fn hear(&self, address: Address, message: &[u8]) -> Result<Taken, ()> {
        let about = |message_id, bounce| async move {
            take_bounce(&self.ledger, message_id, &bounce)
                .await
                .map(|()| Taken::Done)
                .map_err(|error| {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::warn!(%message_id, %error, cause, "bounce.failed");
                })
        };
        match address {
            Address::About(message_id) => about(message_id, bounce::read(message)).await,
            Address::Leave(message_id) => leave_by_mail(self.ledger.pool(), message_id)
                .await
                .map(|_| Taken::Done)
                .map_err(|error| tracing::warn!(%message_id, %error, "leave.failed")),
            Address::Complaints => {
                let bounce = bounce::read(message);
                let meant = bounce
                    .original_addresses
                    .iter()
                    .find_map(|path| match self.of(path) {
                        Some(Address::About(message_id) | Address::Leave(message_id)) => {
                            Some(message_id)
                        }
                        _ => None,
                    });
                match meant.filter(|_| bounce.kind == Kind::Complaint) {
                    Some(message_id) => about(message_id, bounce).await,
                    None => Ok(Taken::Refused),
                }
            }
        }
    }
}

impl Postmaster for Returns {
    type Address = Address;

    fn address(&self, path: &str) -> Result<Address, Refusal> {
        self.of(path).ok_or(Refusal::NoSuchAddress)
    }

    async fn take(&self, address: &Address, message: &[u8]) -> Taken {
        self.hear(*address, message).await.unwrap_or(Taken::Later)
    }
}
