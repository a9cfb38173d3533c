//! Somebody creates a team's body, and is its first member.

use winner_messaging::Unit;

use super::find_links;
use super::granted;
use crate::context::{Caller, Context};
use crate::domain::ids::{MembershipId, OrganisationId};
use crate::domain::membership::Membership;
use crate::domain::names;
use crate::domain::office::Seat;
use crate::domain::organisation::{LegalForm, Nib};
use crate::domain::region::RegionCode;
use crate::refusal::Refusal;
use crate::store::memberships;
use crate::store::organisations::{self, OrganisationRow};

/// A new organisation.
#[derive(Debug)]
pub(crate) struct NewOrganisation {
    pub(crate) id: Option<OrganisationId>,
    pub(crate) display_name: String,
    pub(crate) legal_form: LegalForm,
    pub(crate) nib: Option<Nib>,
    pub(crate) region: RegionCode,
}

/// Creates the organisation.
///
/// # Errors
/// [`Refusal::Exists`] where the id is taken.
pub(crate) async fn create_organisation(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    new: NewOrganisation,
) -> Result<OrganisationRow, Refusal> {
    let now = context.now();
    let organisation = OrganisationRow {
        id: new
            .id
            .unwrap_or_else(|| OrganisationId::from_uuid(context.ids.uuid())),
        display_name: new.display_name,
        legal_form: new.legal_form,
        nib: new.nib,
        region: new.region,
        created: now,
        etag: 1,
    };
    if !organisations::insert(unit.conn(), &organisation, caller.person).await? {
        return Err(Refusal::Exists(
            "organisation",
            names::organisation(organisation.id),
        ));
    }
    let first = Membership::found(
        MembershipId::from_uuid(context.ids.uuid()),
        Seat::Member(organisation.id),
        caller.person,
        now,
    );
    memberships::insert(unit.conn(), &first, None, caller.person).await?;
    granted::append(unit, &first).await?;
    find_links::of_organisation(context, unit, organisation.id).await?;
    find_links::of_person(context, unit, caller.person).await?;
    Ok(organisation)
}
