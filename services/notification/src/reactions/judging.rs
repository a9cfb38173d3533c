//! What judging says: rounds and results.

use winner_messaging::{ConsumerSpec, ReactionError, Reactions, Received, Unit};
use winner_proto::judging::v1::{ResultPublished, RoundOpened};

use super::announcing::{Announcer, Prepared};
use crate::domain::announcement;

/// What is read of judging.
pub const CONSUMER: ConsumerSpec = ConsumerSpec {
    owner: "notification",
    name: "judging",
    producer: "judging",
    aggregates: &["round", "result"],
};

/// Reacts to judging.
pub struct JudgingReactions(pub Announcer);

impl Reactions for JudgingReactions {
    type Prepared = Prepared;

    async fn prepare(&self, event: &Received) -> Result<Prepared, ReactionError> {
        if event.is::<RoundOpened>() {
            self.0
                .prepare(announcement::round_opened(&event.decode()?))
                .await
        } else if event.is::<ResultPublished>() {
            self.0
                .prepare(announcement::result_published(&event.decode()?))
                .await
        } else {
            Ok(Prepared::Nothing)
        }
    }

    async fn apply(
        &self,
        unit: &mut Unit,
        event: &Received,
        prepared: Prepared,
    ) -> Result<(), ReactionError> {
        self.0.apply(unit, event, prepared).await
    }
}
