//! An official changes a draft of their government.

use winner_messaging::Unit;

use super::create_challenge::{refused, speaks_for};
use crate::context::{Caller, Context};
use crate::domain::challenge::{Challenge, Text};
use crate::domain::ids::{ChallengeId, EditionId, IssueId};
use crate::domain::names;
use crate::refusal::Refusal;
use crate::store::challenges;

/// The changes asked for; `None` leaves a field as it is.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) issue: Option<IssueId>,
    pub(crate) title: Option<Text>,
    pub(crate) description: Option<Text>,
    pub(crate) offer: Option<Text>,
    pub(crate) capacity: Option<i32>,
    pub(crate) etag: i64,
}

/// Changes the draft.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none of the caller's government, [`Refusal::Conflict`] on
/// another etag, [`Refusal::Precondition`] once it is published.
pub(crate) async fn update_challenge(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
    id: ChallengeId,
    change: Change,
) -> Result<Challenge, Refusal> {
    let challenge = own(unit, caller, edition, id).await?;
    if challenge.etag != change.etag {
        return Err(Refusal::stale());
    }
    let (_, rules) = context.rules.open(unit.conn(), edition).await?;
    let mut problem = challenge.problem.clone();
    problem.issue = change.issue.unwrap_or(problem.issue);
    problem.title = change.title.unwrap_or(problem.title);
    problem.description = change.description.unwrap_or(problem.description);
    problem.offer = change.offer.unwrap_or(problem.offer);
    problem.capacity = change.capacity.unwrap_or(problem.capacity);
    let challenge = challenge
        .rewrite(&rules, problem)
        .map_err(|error| refused(error, edition, Some(id)))?;
    challenges::update(unit.conn(), &challenge).await?;
    Ok(challenge)
}

/// The challenge, locked, where it is of the caller's government.
pub(crate) async fn own(
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
    id: ChallengeId,
) -> Result<Challenge, Refusal> {
    let missing = || Refusal::NotFound("challenge", names::challenge(edition, id));
    let challenge = challenges::lock(unit.conn(), edition, id)
        .await?
        .ok_or_else(missing)?;
    match speaks_for(unit, caller, edition, challenge.region).await {
        Err(Refusal::Denied(_)) => Err(missing()),
        other => other.map(|()| challenge),
    }
}
