//! What matching says: matches and panels.

use winner_messaging::{ConsumerSpec, ReactionError, Reactions, Received, Unit};
use winner_proto::matching::v1::{MatchAnswered, MatchProposed, PanelJudgeReplaced, PanelShort};

use super::announcing::{Announcer, Prepared};
use crate::domain::announcement;

/// What is read of matching.
pub const CONSUMER: ConsumerSpec = ConsumerSpec {
    owner: "notification",
    name: "matching",
    producer: "matching",
    aggregates: &["match", "panel"],
};

/// Reacts to matching.
pub struct MatchingReactions(pub Announcer);

impl Reactions for MatchingReactions {
    type Prepared = Prepared;

    async fn prepare(&self, event: &Received) -> Result<Prepared, ReactionError> {
        let directory = &self.0.directory;
        if event.is::<MatchProposed>() {
            let said = event.decode::<MatchProposed>()?;
            let title = directory
                .challenge_title(&said.edition_id, &said.challenge_id)
                .await?;
            self.0
                .prepare(announcement::match_proposed(&said, title))
                .await
        } else if event.is::<MatchAnswered>() {
            let said = event.decode::<MatchAnswered>()?;
            let Some(answer) = announcement::answer(&said) else {
                return Ok(Prepared::Nothing);
            };
            let title = directory
                .challenge_title(&said.edition_id, &said.challenge_id)
                .await?;
            self.0
                .prepare(announcement::match_answered(&said, answer, title))
                .await
        } else if event.is::<PanelJudgeReplaced>() {
            self.0
                .prepare(announcement::judge_replaced(&event.decode()?))
                .await
        } else if event.is::<PanelShort>() {
            self.0
                .prepare(announcement::panel_short(&event.decode()?))
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
