//! What stands in the way of a batch of mails: addresses that nothing is written to, and readers who want
//! no more. Looked up for the whole batch at once, just before it is written.

use std::collections::HashMap;

use uuid::Uuid;
use winner_notification_core::addresses::AddressKey;
use winner_notification_core::mail::address::normalised;

use super::Desk;
use crate::directory::Reach;
use crate::domain::channel::Channel;
use crate::domain::reason::Reason;
use crate::store::claims::Claim;
use crate::store::{mail_addresses, opt_outs};

impl Desk {
    /// Why some of these mails must not be written, by message. Notes where the others go.
    pub(super) async fn look_for_obstacles(
        &self,
        claims: &[Claim],
        found: &HashMap<Uuid, Reach>,
    ) -> Result<HashMap<Uuid, Reason>, sqlx::Error> {
        let pool = self.ledger.pool();
        let mut obstacles = HashMap::new();
        if let Some(key) = &self.address_key {
            let addresses: Vec<_> = claims
                .iter()
                .filter_map(|claim| self.hashed(key, claim, found))
                .collect();
            obstacles.extend(mail_addresses::note(pool, &addresses).await?);
        }
        let informative: Vec<Uuid> = claims
            .iter()
            .filter(|claim| {
                claim
                    .notice
                    .as_ref()
                    .is_some_and(|notice| notice.is_informative())
            })
            .map(|claim| claim.message_id)
            .collect();
        if !informative.is_empty() {
            let unwanted = opt_outs::unwanted(pool, &informative).await?;
            obstacles.extend(unwanted.into_iter().map(|id| (id, Reason::Unsubscribed)));
        }
        Ok(obstacles)
    }

    fn hashed(
        &self,
        key: &AddressKey,
        claim: &Claim,
        found: &HashMap<Uuid, Reach>,
    ) -> Option<(Uuid, [u8; 32])> {
        let reach = found.get(&claim.message_id);
        let destination = self.destination(claim, reach).ok()?;
        let address = normalised(destination.address());
        Some((claim.message_id, key.hash(Channel::Email.code(), &address)))
    }
}
