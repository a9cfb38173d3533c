//! What intake says: editions' rules, invitations, submissions and their outcomes.

use winner_messaging::{ConsumerSpec, ReactionError, Reactions, Received, Unit};
use winner_proto::intake::v1::{
    EditionVersionApplied, MembershipInvited, SubmissionOutcomeAnnounced, SubmissionSubmitted,
};

use super::announcing::{Announcer, Prepared};
use crate::domain::announcement;

/// What is read of intake.
pub const CONSUMER: ConsumerSpec = ConsumerSpec {
    owner: "notification",
    name: "intake",
    producer: "intake",
    aggregates: &["edition", "membership", "submission"],
};

/// Reacts to intake.
pub struct IntakeReactions(pub Announcer);

impl IntakeReactions {
    async fn edition(&self, id: &str, version: Option<i32>) -> Result<Prepared, ReactionError> {
        let copy = self.0.directory.edition(id, version).await?;
        Ok(Prepared::Edition(Box::new(copy)))
    }
}

impl Reactions for IntakeReactions {
    type Prepared = Prepared;

    async fn prepare(&self, event: &Received) -> Result<Prepared, ReactionError> {
        if event.is::<EditionVersionApplied>() {
            let applied = event.decode::<EditionVersionApplied>()?;
            self.edition(&applied.edition_id, Some(applied.version))
                .await
        } else if event.is::<MembershipInvited>() {
            self.0
                .prepare(announcement::membership_invited(&event.decode()?))
                .await
        } else if event.is::<SubmissionSubmitted>() {
            self.0
                .prepare(announcement::submission_submitted(&event.decode()?))
                .await
        } else if event.is::<SubmissionOutcomeAnnounced>() {
            self.0
                .prepare(announcement::outcome_announced(&event.decode()?))
                .await
        } else {
            Ok(Prepared::Nothing)
        }
    }

    async fn prepare_state(&self, event: &Received) -> Result<Prepared, ReactionError> {
        if event.aggregate == "edition" {
            self.edition(&event.aggregate_id, None).await
        } else {
            self.prepare(event).await
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

    fn is_replaced(&self, aggregate: &str) -> bool {
        aggregate == "edition"
    }
}
