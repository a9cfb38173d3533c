//! What other services say to everybody: kept for the endpoints of its edition that want it.
//!
//! Consumers of their own, so that mail and webhooks do not wait for one another. An edition without endpoints
//! costs one look into an index for each event.

use winner_messaging::{ConsumerSpec, Ledger, ReactionError, Reactions, Received, Unit};

use crate::commands::webhooks::fan_out::fan_out;
use crate::jobs::wake::Wake;

/// What is read of intake: every aggregate of its that is PUBLIC.
pub const INTAKE: ConsumerSpec = ConsumerSpec {
    owner: "notification",
    name: "webhooks-intake",
    producer: "intake",
    aggregates: &["edition", "wave", "challenge", "submission"],
};

/// What is read of judging: every aggregate of its that is PUBLIC. Matching and notification have none.
pub const JUDGING: ConsumerSpec = ConsumerSpec {
    owner: "notification",
    name: "webhooks-judging",
    producer: "judging",
    aggregates: &["result"],
};

/// Queues PUBLIC events for endpoints.
#[derive(Clone)]
pub struct WebhookReactions {
    /// Where they are queued.
    pub ledger: Ledger,
    /// Tells the dispatcher that there is something to do.
    pub wake: Wake,
}

impl Reactions for WebhookReactions {
    type Prepared = ();

    async fn prepare(&self, _: &Received) -> Result<(), ReactionError> {
        Ok(())
    }

    async fn apply(&self, unit: &mut Unit, event: &Received, (): ()) -> Result<(), ReactionError> {
        if fan_out(unit, event, self.ledger.ids()).await? > 0 {
            self.wake.webhooks();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use winner_proto::event::{AGGREGATES, Visibility};

    use super::*;

    #[test]
    fn every_public_aggregate_is_read_and_no_other() {
        let mut read: Vec<(&str, &str)> = [INTAKE, JUDGING]
            .iter()
            .flat_map(|spec| spec.aggregates.iter().map(|name| (spec.producer, *name)))
            .collect();
        let mut public: Vec<(&str, &str)> = AGGREGATES
            .iter()
            .filter(|known| known.visibility == Visibility::Public)
            .map(|known| (known.service, known.name))
            .collect();
        read.sort_unstable();
        public.sort_unstable();
        assert_eq!(read, public);
    }
}
