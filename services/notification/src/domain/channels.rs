//! By which channels a notice goes.

use std::collections::BTreeSet;

use super::channel::Channel;
use super::notice::Notice;

/// What an installation sends by SMS; everything goes by e-mail.
#[derive(Debug, Clone, Default)]
pub struct Channels {
    /// The purposes (template ids) that also go by SMS.
    pub by_sms: BTreeSet<String>,
}

impl Channels {
    /// The channels of a notice, e-mail first.
    pub fn of(&self, notice: &Notice) -> impl Iterator<Item = Channel> {
        let sms = self.by_sms.contains(notice.template());
        [Some(Channel::Email), sms.then_some(Channel::Sms)]
            .into_iter()
            .flatten()
    }
}
