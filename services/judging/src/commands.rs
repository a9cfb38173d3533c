//! What people make judging do: one file a use case.

pub mod accept_assignment;
pub mod approve_ranking;
pub mod close_round;
pub mod compute_ranking;
pub mod create_round;
pub mod open_round;
pub mod publish_result;
pub mod recuse;
pub mod submit_scorecard;

use winner_platform::auth::Actor;
use winner_platform::error::ApiError;

use crate::domain::ids::{PersonId, RoundKey};

/// Passes the organisers of the round's edition.
fn organisers(actor: &Actor, round: &RoundKey) -> Result<(), ApiError> {
    actor.require(&["chair", "organiser"], round.edition())
}

/// The judge who calls, while they hold the office in the round's edition.
pub(crate) fn judge(actor: &Actor, round: &RoundKey) -> Result<PersonId, ApiError> {
    actor.require(&["judge"], round.edition())?;
    Ok(PersonId(actor.person()?))
}
