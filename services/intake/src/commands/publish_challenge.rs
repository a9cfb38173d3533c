//! An official publishes a draft: everybody can read it from now on.

use winner_messaging::Unit;
use winner_proto::intake::v1::ChallengePublished;

use super::create_challenge::refused;
use super::update_challenge::own;
use crate::context::{Caller, Context};
use crate::domain::challenge::Challenge;
use crate::domain::ids::{ChallengeId, EditionId};
use crate::refusal::Refusal;
use crate::store::challenges;

/// Publishes the draft, within the window of its wave.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none of the caller's government, [`Refusal::Precondition`]
/// outside the window or when it is no draft.
pub(crate) async fn publish_challenge(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
    id: ChallengeId,
) -> Result<Challenge, Refusal> {
    let challenge = own(unit, caller, edition, id).await?;
    let (_, rules) = context.rules.open(unit.conn(), edition).await?;
    let challenge = challenge
        .publish(&rules, context.now())
        .map_err(|error| refused(error, edition, Some(id)))?;
    challenges::update(unit.conn(), &challenge).await?;
    let event = ChallengePublished {
        edition_id: edition.to_string(),
        challenge_id: id.to_string(),
        region_code: challenge.region.to_string(),
        issue_id: challenge.problem.issue.to_string(),
        capacity: challenge.problem.capacity,
    };
    unit.append(&id.to_string(), Some(edition.as_str()), &event)
        .await?;
    Ok(challenge)
}
