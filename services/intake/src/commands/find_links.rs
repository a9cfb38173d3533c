//! Finds identities that belong together, so that matching can keep a judge from what is theirs.
//!
//! Intake alone compares addresses, numbers and employers; all it says is that two ids are linked.

use winner_messaging::Unit;
use winner_proto::intake::v1::LinkFound;

use crate::context::Context;
use crate::domain::ids::{LinkId, OrganisationId, PersonId};
use crate::refusal::Refusal;
use crate::store::links::{self, Candidate};

/// At most this many links are found in one transaction; the next search goes on.
const MOST_AT_ONCE: i64 = 200;

/// Finds the links of a person that are new.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn of_person(
    context: &Context,
    unit: &mut Unit,
    person: PersonId,
) -> Result<(), Refusal> {
    let found = links::unfound_of_person(unit.conn(), person, MOST_AT_ONCE).await?;
    tell(context, unit, found).await
}

/// Finds the links of an organisation that are new.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn of_organisation(
    context: &Context,
    unit: &mut Unit,
    organisation: OrganisationId,
) -> Result<(), Refusal> {
    let found =
        links::unfound_of_organisation(unit.conn(), organisation.as_uuid(), MOST_AT_ONCE).await?;
    tell(context, unit, found).await
}

async fn tell(context: &Context, unit: &mut Unit, found: Vec<Candidate>) -> Result<(), Refusal> {
    let id = |uuid: Option<uuid::Uuid>| uuid.map(|uuid| uuid.to_string()).unwrap_or_default();
    for candidate in found {
        let link = LinkId::from_uuid(context.ids.uuid());
        // Another transaction may have found it at the same time.
        if !links::insert(unit.conn(), link, &candidate, context.now()).await? {
            continue;
        }
        let event = LinkFound {
            link_id: link.to_string(),
            person_id: candidate.person_id.to_string(),
            other_person_id: id(candidate.other_person_id),
            organisation_id: id(candidate.organisation_id),
            kind: candidate.kind,
        };
        unit.append(&link.to_string(), None, &event).await?;
    }
    Ok(())
}
