//! Reading other services' events: pulled from the broker, ordered by the inbox, applied once.

mod attempts;
mod catch_up;
mod cursor;
mod delivery;
mod failing;
mod inlet;
mod lanes;
mod parking;
mod pull;
mod revive;
mod verdict;

use winner_proto::event::{AGGREGATES, AggregateDescriptor, Visibility};

use crate::naming;

pub(crate) use inlet::{Consuming, Inlet};

/// What one consumer reads. Declared as constants by each service; `winner provision` makes them.
///
/// Every consumer takes whole aggregates, so that its cursor can see what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsumerSpec {
    /// The service that consumes.
    pub owner: &'static str,
    /// The consumer's name, unique within the owner.
    pub name: &'static str,
    /// The service whose events it reads.
    pub producer: &'static str,
    /// The aggregate types it reads.
    pub aggregates: &'static [&'static str],
}

impl ConsumerSpec {
    /// The name of its durable consumers on the broker: one on each stream it needs.
    pub fn durable(&self) -> String {
        naming::durable(self.owner, self.name)
    }

    /// The aggregate types it reads from the stream of one visibility, as the contracts have them.
    pub fn aggregates_of(&self, visibility: Visibility) -> Vec<&'static str> {
        self.aggregates_among(AGGREGATES, visibility)
    }

    /// The same, for contracts other than winner's own.
    pub(crate) fn aggregates_among(
        &self,
        contracts: &[AggregateDescriptor],
        visibility: Visibility,
    ) -> Vec<&'static str> {
        self.aggregates
            .iter()
            .copied()
            .filter(|name| {
                contracts.iter().any(|known| {
                    known.service == self.producer
                        && known.name == *name
                        && known.visibility == visibility
                })
            })
            .collect()
    }
}
