//! A chair ends an office, a member a membership of the team.

use winner_messaging::Unit;
use winner_proto::intake::v1::MembershipRevoked;

use super::invite::standing;
use crate::context::{Caller, Context};
use crate::domain::ids::{EditionId, MembershipId, PersonId};
use crate::domain::membership::State;
use crate::domain::names;
use crate::domain::office::Office;
use crate::messages::office_message;
use crate::refusal::Refusal;
use crate::store::memberships::{self, MembershipRow};

/// Ends an office or membership, held or only offered. The last chair of an edition is ended by a
/// platform admin only, the last member of an organisation not at all.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none or the caller may not end it, [`Refusal::Precondition`]
/// where it has ended or must not.
pub(crate) async fn revoke_membership(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    id: MembershipId,
) -> Result<MembershipRow, Refusal> {
    let missing = || Refusal::NotFound("membership", names::membership(id));
    let row = memberships::lock(unit.conn(), id)
        .await?
        .ok_or_else(missing)?;
    let seat = row.membership.seat.clone();
    if !standing(unit, caller, &seat).await?.may_revoke(&seat) {
        return Err(missing());
    }
    let held = row.membership.holder().is_some();
    let needs_another = match seat.office() {
        Office::Chair => !caller.platform_admin,
        Office::Member => true,
        _ => false,
    };
    if held && needs_another && memberships::count_holders(unit.conn(), &seat).await? < 2 {
        let text = "somebody must hold this office";
        return Err(Refusal::precondition(
            "LAST_HOLDER",
            names::membership(id),
            text,
        ));
    }
    let membership = row
        .membership
        .revoke()
        .map_err(|error| Refusal::precondition("MEMBERSHIP_ENDED", names::membership(id), error))?;
    memberships::update(unit.conn(), &membership, context.now()).await?;
    let person = match membership.state {
        State::Revoked { person } => person,
        State::Invited { .. } | State::Granted { .. } | State::Expired => None,
    };
    let event = MembershipRevoked {
        membership_id: id.to_string(),
        office: office_message(seat.office()).into(),
        edition_id: seat.edition().map(EditionId::to_string).unwrap_or_default(),
        scope: seat.scope().unwrap_or_default(),
        person_id: person.as_ref().map(PersonId::to_string).unwrap_or_default(),
    };
    unit.append(
        &id.to_string(),
        seat.edition().map(EditionId::as_str),
        &event,
    )
    .await?;
    Ok(MembershipRow {
        membership,
        email: None,
        expires: row.expires,
    })
}
