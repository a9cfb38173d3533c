//! A chair, an organiser or a member invites somebody by e-mail to an office or a membership.

use winner_messaging::Unit;
use winner_proto::intake::v1::MembershipInvited;

use crate::context::{Caller, Context};
use crate::domain::contact::Email;
use crate::domain::edition::PlaceError;
use crate::domain::ids::{EditionId, MembershipId};
use crate::domain::membership::{Membership, Standing};
use crate::domain::names;
use crate::domain::office::{Office, Seat};
use crate::messages::{office_message, timestamp};
use crate::refusal::Refusal;
use crate::store::memberships::{self, MembershipRow};

/// What is offered to whom.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) id: Option<MembershipId>,
    pub(crate) seat: Seat,
    pub(crate) email: Email,
}

/// Offers a seat. Nothing secret is stored: the link's token is derived when the mail is written.
///
/// # Errors
/// [`Refusal::Denied`] where the caller may not offer this seat, [`Refusal::Invalid`] for a region
/// that takes no part, [`Refusal::Exists`] where the id is taken.
pub(crate) async fn invite(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    offer: Offer,
) -> Result<MembershipRow, Refusal> {
    let standing = standing(unit, caller, &offer.seat).await?;
    if !standing.may_invite(&offer.seat) {
        return Err(Refusal::Denied("OFFICE_REQUIRED"));
    }
    if let Some(edition) = offer.seat.edition() {
        let (_, rules) = context.rules.current(unit.conn(), edition).await?;
        if let Seat::Official(_, region) = &offer.seat
            && !rules.provinces.contains_key(&region.province())
        {
            let error = PlaceError::ProvinceNotPartOfEdition;
            let code = "PROVINCE_NOT_PART_OF_EDITION";
            return Err(Refusal::field("membership.scope", code, error));
        }
    }
    let now = context.now();
    let expires = now
        .checked_add(context.settings.invitation_life)
        .ok_or_else(|| Refusal::internal("the calendar ends before the invitation does"))?;
    let id = offer
        .id
        .unwrap_or_else(|| MembershipId::from_uuid(context.ids.uuid()));
    let membership = Membership::invite(id, offer.seat, now, expires);
    if !memberships::insert(unit.conn(), &membership, Some(&offer.email), caller.person).await? {
        return Err(Refusal::Exists("membership", names::membership(id)));
    }
    let seat = &membership.seat;
    let edition = seat.edition().map(EditionId::to_string).unwrap_or_default();
    let event = MembershipInvited {
        membership_id: id.to_string(),
        office: office_message(seat.office()).into(),
        edition_id: edition,
        scope: seat.scope().unwrap_or_default(),
        expire_time: Some(timestamp(expires)),
    };
    unit.append(
        &id.to_string(),
        seat.edition().map(EditionId::as_str),
        &event,
    )
    .await?;
    Ok(MembershipRow {
        membership,
        email: Some(offer.email),
        expires: Some(expires),
    })
}

/// What the caller is with regard to a seat, now and not when their token was made.
pub(crate) async fn standing(
    unit: &mut Unit,
    caller: Caller,
    seat: &Seat,
) -> Result<Standing, Refusal> {
    let mut standing = Standing {
        platform_admin: caller.platform_admin,
        ..Standing::default()
    };
    match seat {
        Seat::Edition(_, edition) | Seat::Official(edition, _) => {
            let holds = [Office::Chair];
            standing.chair =
                memberships::holds(unit.conn(), caller.person, &holds, edition).await?;
            let holds = [Office::Organiser];
            standing.organiser =
                memberships::holds(unit.conn(), caller.person, &holds, edition).await?;
        }
        Seat::Member(organisation) => {
            standing.member =
                memberships::is_member(unit.conn(), caller.person, *organisation).await?;
        }
    }
    Ok(standing)
}
