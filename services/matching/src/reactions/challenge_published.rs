//! A government has published a problem: matching keeps a copy with its text.

use winner_messaging::{ReactionError, Received, Unit};
use winner_proto::intake::v1 as intake;

use super::{Fetched, FromIntake, count, parsed, unavailable};
use crate::errors::Error;
use crate::store::challenges::{self, ChallengeCopy};

pub(super) async fn fetch(from: &FromIntake, event: &Received) -> Result<Fetched, ReactionError> {
    let said: intake::ChallengePublished = event.decode()?;
    let request = intake::BatchGetMatchingTextRequest {
        edition_id: said.edition_id,
        challenge_ids: vec![said.challenge_id],
        ..Default::default()
    };
    let texts = from
        .views
        .clone()
        .batch_get_matching_text(request)
        .await
        .map_err(|status| unavailable(&status))?;
    Ok(Fetched::Texts(texts.into_inner()))
}

pub(super) async fn apply(
    unit: &mut Unit,
    event: &Received,
    texts: intake::BatchGetMatchingTextResponse,
) -> Result<(), ReactionError> {
    let said: intake::ChallengePublished = event.decode()?;
    let edition = parsed("edition_id", &said.edition_id)?;
    for challenge in texts.challenges {
        let copy = ChallengeCopy {
            id: parsed("challenge_id", &challenge.challenge_id)?,
            region_code: challenge.region_code,
            issue_id: challenge.issue_id,
            capacity: count("capacity", challenge.capacity)?,
            body: challenge.text,
        };
        challenges::put(unit.conn(), &edition, &copy)
            .await
            .map_err(Error::from)?;
    }
    Ok(())
}
