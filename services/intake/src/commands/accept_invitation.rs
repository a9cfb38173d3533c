//! Somebody takes the seat that an invitation offers; an invitation works once.

use winner_messaging::Unit;
use winner_platform::auth::link::LinkClaims;

use super::find_links;
use super::granted;
use crate::context::{Caller, Context};
use crate::domain::ids::MembershipId;
use crate::domain::membership::StepError;
use crate::domain::names;
use crate::domain::office::Office;
use crate::refusal::{Refusal, or_exists};
use crate::store::memberships::{self, MembershipRow};

/// What the link of an invitation is good for.
const PURPOSE: &str = "invitation";

/// The end of the link itself, beyond any invitation's: when an invitation ends is business time, is
/// kept in its row, and is what counts; a link's own end is real time.
const NEVER: i64 = 253_402_300_799;

/// The claims of an invitation's link: derived from the invitation, so that nothing secret is kept.
pub(crate) fn claims(id: MembershipId) -> LinkClaims {
    LinkClaims {
        purpose: PURPOSE.to_owned(),
        subject: id.to_string(),
        expires: NEVER,
        nonce: String::new(),
    }
}

/// Binds the invitation to the caller.
///
/// # Errors
/// [`Refusal::Denied`] without the right token, whether there is such an invitation or not;
/// [`Refusal::Precondition`] for one that was used, has run out or was taken back.
pub(crate) async fn accept_invitation(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    id: MembershipId,
    token: &str,
) -> Result<MembershipRow, Refusal> {
    let invalid = || Refusal::Denied("INVITATION_INVALID");
    let claims = context
        .links
        .verify_for(PURPOSE, token, context.clock.real())
        .map_err(|_| invalid())?;
    if claims.subject != id.to_string() {
        return Err(invalid());
    }
    let row = memberships::lock(unit.conn(), id)
        .await?
        .ok_or_else(invalid)?;
    let now = context.now();
    let membership = row.membership.accept(caller.person, now).map_err(|error| {
        let reason = match error {
            StepError::Used => "INVITATION_USED",
            StepError::Expired => "INVITATION_EXPIRED",
            StepError::Ended | StepError::NotYet => "INVITATION_REVOKED",
        };
        Refusal::precondition(reason, names::membership(id), error)
    })?;
    or_exists(
        memberships::update(unit.conn(), &membership, now).await,
        || {
            Refusal::precondition(
                "SEAT_HELD",
                names::membership(id),
                "you hold this office already",
            )
        },
    )?;
    granted::append(unit, &membership).await?;
    if matches!(
        membership.seat.office(),
        Office::Judge | Office::Mentor | Office::Member
    ) {
        find_links::of_person(context, unit, caller.person).await?;
    }
    Ok(MembershipRow {
        membership,
        email: None,
        expires: row.expires,
    })
}
