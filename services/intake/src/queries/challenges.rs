//! Challenges: published ones for everybody, drafts for their own government.

use uuid::Uuid;
use winner_platform::BusinessTime;
use winner_platform::auth::{Actor, Caller};

use super::editions::seen;
use crate::context::Context;
use crate::domain::challenge::{Challenge, State};
use crate::domain::ids::{ChallengeId, EditionId, PersonId};
use crate::domain::names;
use crate::refusal::Refusal;
use crate::store::challenges::{self, After};
use crate::store::memberships;

/// A challenge that the caller may see.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none or it is a draft of others.
pub(crate) async fn get(
    context: &Context,
    actor: &Actor,
    edition: &EditionId,
    id: ChallengeId,
) -> Result<Challenge, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let missing = || Refusal::NotFound("challenge", names::challenge(edition, id));
    let challenge = challenges::find(&mut conn, edition, id)
        .await?
        .ok_or_else(missing)?;
    if matches!(challenge.state, State::Published(_)) {
        return Ok(challenge);
    }
    let Caller::Person(person) = &actor.caller else {
        return Err(missing());
    };
    let person = PersonId::from_uuid(*person);
    let governments = memberships::governments_of(&mut conn, person, edition).await?;
    if governments
        .iter()
        .any(|code| code == challenge.region.as_str())
    {
        Ok(challenge)
    } else {
        Err(missing())
    }
}

/// A page of an edition's published challenges.
///
/// # Errors
/// [`Refusal::NotFound`] where the caller may not know of the edition.
pub(crate) async fn list(
    context: &Context,
    actor: &Actor,
    edition: &EditionId,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<Challenge>, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    seen(&mut conn, actor, edition).await?;
    Ok(challenges::list_published(&mut conn, edition, after, limit).await?)
}

/// What a page's token says of its last row.
pub(crate) fn key(challenge: &Challenge) -> [String; 2] {
    let published = match challenge.state {
        State::Published(at) => at.to_rfc3339(),
        State::Draft | State::Withdrawn => String::new(),
    };
    [published, challenge.id.to_string()]
}

/// The row after which a page begins.
pub(crate) fn after([published, id]: [&str; 2]) -> Option<After> {
    Some(After {
        published: BusinessTime::parse_rfc3339(published).ok()?,
        id: Uuid::try_parse(id).ok()?,
    })
}
