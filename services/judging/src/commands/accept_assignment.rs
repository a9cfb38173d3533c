//! A judge declares to know of no conflict with an entry; only then may it be read.

use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use super::judge;
use crate::convert::shown_assignment;
use crate::domain::ids::parse_entry;
use crate::errors::Error;
use crate::store::assignments::{self, Kept};

/// Accepts an assignment.
///
/// # Errors
/// [`Error::Refused`] for an entry that is not the caller's, [`Error::Assignment`] once it has ended.
pub async fn accept_assignment(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::AcceptAssignmentRequest,
) -> Result<pb::Assignment, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(
            &actor.key(),
            "AcceptAssignment",
            &request.request_id,
            &request,
        )
        .await?
    {
        Begun::Answered(assignment) => return Ok(assignment),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let (round, entry) = parse_entry(&request.name).map_err(Error::name("name"))?;
    let person = judge(actor, &round)?;
    let kept = assignments::lock_own(unit.conn(), &round, entry, person)
        .await?
        .ok_or_else(|| ApiError::not_found("entry", &request.name))?;
    let state = kept.state.accept()?;
    assignments::set_state(unit.conn(), kept.id, state, None).await?;
    let shown = shown_assignment(&round, &Kept { state, ..kept });
    Ok(unit.finish_request(guard, shown).await?)
}
