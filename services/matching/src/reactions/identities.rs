//! Who holds which office, who belongs to which organisation, and who may be whom. Each of these can
//! make a conflict in a panel that stands already.

use winner_messaging::{ReactionError, Received, Unit};
use winner_proto::intake::v1 as intake;
use winner_proto::options::v1::Office;

use super::parsed;
use crate::commands::repair_panels::repair_panels;
use crate::domain::conflicts::Link;
use crate::domain::ids::{BadName, EditionId, OrganisationId, PersonId};
use crate::errors::Error;
use crate::store::identities::{self, Membership};
use crate::store::{judges, panels};

pub(super) async fn granted(unit: &mut Unit, event: &Received) -> Result<(), ReactionError> {
    let said: intake::MembershipGranted = event.decode()?;
    let edition = optional_edition(&said.edition_id)?;
    let person: PersonId = parsed("person_id", &said.person_id)?;
    let organisation: Option<OrganisationId> = match said.office() {
        Office::Member => Some(parsed("scope", &said.scope)?),
        _ => None,
    };
    let membership = Membership {
        id: uuid(&said.membership_id)?,
        office: said
            .office()
            .as_str_name()
            .trim_start_matches("OFFICE_")
            .to_lowercase(),
        edition: edition.clone(),
        organisation,
        person,
    };
    identities::grant(unit.conn(), &membership)
        .await
        .map_err(Error::from)?;
    match (said.office(), edition) {
        (Office::Judge, Some(edition)) => {
            judges::set_office(unit.conn(), &edition, person, true)
                .await
                .map_err(Error::from)?;
            Ok(())
        }
        (Office::Member, _) => repair_everywhere(unit).await,
        _ => Ok(()),
    }
}

pub(super) async fn revoked(unit: &mut Unit, event: &Received) -> Result<(), ReactionError> {
    let said: intake::MembershipRevoked = event.decode()?;
    identities::revoke(unit.conn(), uuid(&said.membership_id)?)
        .await
        .map_err(Error::from)?;
    let edition = optional_edition(&said.edition_id)?;
    if let (Office::Judge, Some(edition), false) =
        (said.office(), edition, said.person_id.is_empty())
    {
        let person = parsed("person_id", &said.person_id)?;
        // The office may have been granted anew, and that event may have come first.
        let still = identities::is_judge(unit.conn(), &edition, person)
            .await
            .map_err(Error::from)?;
        judges::set_office(unit.conn(), &edition, person, still)
            .await
            .map_err(Error::from)?;
        repair_panels(unit, &edition).await?;
    }
    Ok(())
}

pub(super) async fn linked(unit: &mut Unit, event: &Received) -> Result<(), ReactionError> {
    let said: intake::LinkFound = event.decode()?;
    let person = parsed("person_id", &said.person_id)?;
    let link = if said.other_person_id.is_empty() {
        Link::Organisation(person, parsed("organisation_id", &said.organisation_id)?)
    } else {
        Link::Persons(person, parsed("other_person_id", &said.other_person_id)?)
    };
    identities::link(unit.conn(), uuid(&said.link_id)?, &link, &said.kind)
        .await
        .map_err(Error::from)?;
    repair_everywhere(unit).await
}

/// Identities hold in every edition, so every standing panel is looked at.
async fn repair_everywhere(unit: &mut Unit) -> Result<(), ReactionError> {
    let editions = panels::editions_with_unclosed_panels(unit.conn())
        .await
        .map_err(Error::from)?;
    for edition in editions {
        let edition: EditionId = parsed("edition_id", &edition)?;
        repair_panels(unit, &edition).await?;
    }
    Ok(())
}

fn optional_edition(id: &str) -> Result<Option<EditionId>, ReactionError> {
    if id.is_empty() {
        Ok(None)
    } else {
        parsed("edition_id", id).map(Some)
    }
}

fn uuid(text: &str) -> Result<uuid::Uuid, ReactionError> {
    let bad = BadName { expected: "a UUID" };
    text.parse()
        .map_err(|_| ReactionError::rejected("bad_id", bad))
}
