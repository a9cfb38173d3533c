//! The ways back that a mail carries: where it returns to when it cannot be delivered, and how its reader
//! wants no more of its kind. Each mail has its own.

use std::sync::Arc;

use uuid::Uuid;
use winner_notification_core::mail::keys::TokenKeys;
use winner_notification_core::mail::return_path::{self, Postbox};
use winner_notification_core::mail::unsubscribe::{self, Subscription};

/// What ways back are made of.
#[derive(Debug, Clone)]
pub struct WaysBack {
    /// Makes their tokens.
    pub keys: Arc<TokenKeys>,
    /// The domain of return paths; `None` where mails return to the visible sender.
    pub domain: Option<String>,
    /// What links to leave by begin with; ends in a slash. `None` where nothing answers to them.
    pub link_base: Option<String>,
}

impl WaysBack {
    /// Where what servers say about a message goes.
    pub fn return_path(&self, message_id: Uuid) -> Option<String> {
        self.address(Postbox::Bounces, message_id)
    }

    /// Where its reader may write to, to leave.
    pub fn leaving_address(&self, message_id: Uuid) -> Option<String> {
        self.address(Postbox::Unsubscribe, message_id)
    }

    /// The link by which somebody leaves with one click.
    pub fn leaving_link(&self, subscription: &Subscription) -> Option<String> {
        let base = self.link_base.as_ref()?;
        let token = unsubscribe::token(&self.keys, subscription)?;
        Some(format!("{base}u/{token}"))
    }

    fn address(&self, postbox: Postbox, message_id: Uuid) -> Option<String> {
        let domain = self.domain.as_ref()?;
        let local = return_path::local_part(&self.keys, postbox, message_id)?;
        Some(format!("{local}@{domain}"))
    }
}
