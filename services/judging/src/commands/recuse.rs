//! A judge steps back from an entry. Access ends in the same transaction that tells matching.

use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use super::judge;
use crate::convert::shown_assignment;
use crate::domain::ids::parse_entry;
use crate::domain::round::{RoundError, RoundState};
use crate::errors::Error;
use crate::store::assignments::{self, Kept};
use crate::store::rounds;

/// Longest reason, in characters.
const MAX_REASON: usize = 2_000;

/// Recuses the caller from an entry.
///
/// # Errors
/// [`Error::Refused`] for an entry that is not the caller's, [`Error::Assignment`] once it has ended,
/// [`Error::Round`] once the round is closed: a conflict that comes then makes a new result.
pub async fn recuse(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::RecuseRequest,
) -> Result<pb::Assignment, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(&actor.key(), "Recuse", &request.request_id, &request)
        .await?
    {
        Begun::Answered(assignment) => return Ok(assignment),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let (round, entry) = parse_entry(&request.name).map_err(Error::name("name"))?;
    let person = judge(actor, &round)?;
    if request.reason.chars().count() > MAX_REASON {
        let text = "at most 2,000 characters";
        return Err(ApiError::invalid_field("reason", "TOO_LONG", text).into());
    }
    rounds::hold_open(unit.conn(), &round).await?;
    let kept = assignments::lock_own(unit.conn(), &round, entry, person)
        .await?
        .ok_or_else(|| ApiError::not_found("entry", &request.name))?;
    let planned = rounds::get(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", round.name()))?;
    if planned.state == RoundState::Closed {
        return Err(RoundError::NotOpen.into());
    }
    let state = kept.state.recuse()?;
    assignments::set_state(unit.conn(), kept.id, state, Some(&request.reason)).await?;
    unit.append(
        &kept.id.to_string(),
        Some(round.edition()),
        &pb::AssignmentRecused {
            edition_id: round.edition().to_owned(),
            round_id: round.round().to_owned(),
            assignment_id: kept.id.to_string(),
            judge_person_id: kept.judge.to_string(),
            submission_id: kept.submission.to_string(),
        },
    )
    .await?;
    let shown = shown_assignment(&round, &Kept { state, ..kept });
    Ok(unit.finish_request(guard, shown).await?)
}
