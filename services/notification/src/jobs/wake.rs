//! Tells the senders of this process that there may be something to do, and hears from them when they have.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::domain::channel::Channel;

/// One bell for each sender, so that none takes another's ring. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Bells>);

#[derive(Debug, Default)]
struct Bells {
    email: Notify,
    sms: Notify,
    webhooks: Notify,
    /// Since when the senders have nothing to do; a channel that has none never has.
    leisure: Mutex<Leisure>,
}

#[derive(Debug)]
struct Leisure {
    email: Option<Instant>,
    sms: Option<Instant>,
}

impl Default for Leisure {
    fn default() -> Self {
        let now = Some(Instant::now());
        Self {
            email: now,
            sms: now,
        }
    }
}

impl Leisure {
    const fn of(&mut self, channel: Channel) -> &mut Option<Instant> {
        match channel {
            Channel::Email => &mut self.email,
            Channel::Sms => &mut self.sms,
        }
    }
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

    /// The sender of a channel has its hands full, or trouble: what waits, waits with reason.
    pub fn is_busy(&self, channel: Channel) {
        *self.leisure().of(channel) = None;
    }

    /// The sender of a channel found nothing to do.
    pub fn is_idle(&self, channel: Channel) {
        self.leisure().of(channel).get_or_insert_with(Instant::now);
    }

    /// How long the sender of a channel has had nothing to do, or has not been there.
    pub fn at_leisure(&self, channel: Channel) -> Duration {
        let since = *self.leisure().of(channel);
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn leisure(&self) -> MutexGuard<'_, Leisure> {
        let leisure = &self.0.leisure;
        leisure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bell of what serves endpoints.
    pub fn of_webhooks(&self) -> &Notify {
        &self.0.webhooks
    }
}
