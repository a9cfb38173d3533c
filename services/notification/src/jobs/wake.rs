//! Tells the senders of this process that there may be something to do.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::domain::channel::Channel;

/// One bell for each sender, so that none takes another's ring. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Bells>);

#[derive(Debug, Default)]
struct Bells {
    email: Notify,
    sms: Notify,
    webhooks: Notify,
}

impl Wake {
    /// Messages may be waiting.
    pub fn senders(&self) {
        self.0.email.notify_one();
        self.0.sms.notify_one();
    }

    /// Deliveries to endpoints may be waiting.
    pub fn webhooks(&self) {
        self.0.webhooks.notify_one();
    }

    /// The bell of a channel's sender.
    pub fn of(&self, channel: Channel) -> &Notify {
        match channel {
            Channel::Email => &self.0.email,
            Channel::Sms => &self.0.sms,
        }
    }

    /// The bell of what serves endpoints.
    pub fn of_webhooks(&self) -> &Notify {
        &self.0.webhooks
    }
}
