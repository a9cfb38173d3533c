//! Persons, memberships and organisations, as the contracts write them.

use winner_proto::intake::v1 as intake;

use super::{office_message, timestamp};
use crate::domain::ids::PersonId;
use crate::domain::membership::State;
use crate::domain::names;
use crate::domain::organisation::{LegalForm, Nib};
use crate::domain::region::RegionCode;
use crate::store::memberships::MembershipRow;
use crate::store::organisations::OrganisationRow;
use crate::store::persons::PersonRow;

/// A person with what they are.
pub(crate) fn person(row: &PersonRow, held: &[MembershipRow]) -> intake::Person {
    let details = &row.details;
    intake::Person {
        name: names::person(row.id),
        display_name: details.display_name.clone(),
        email: details
            .email
            .as_ref()
            .map(|email| email.as_str().to_owned())
            .unwrap_or_default(),
        phone: details
            .phone
            .as_ref()
            .map(|phone| phone.as_str().to_owned())
            .unwrap_or_default(),
        language: details.language.clone(),
        memberships: held.iter().map(membership).collect(),
        create_time: Some(timestamp(row.created)),
        etag: row.etag.to_string(),
        region_code: details
            .region
            .map(RegionCode::as_str)
            .unwrap_or_default()
            .to_owned(),
        employer: details.employer.clone().unwrap_or_default(),
    }
}

/// A membership, without the address invited.
pub(crate) fn membership(row: &MembershipRow) -> intake::Membership {
    let membership = &row.membership;
    let (state, person) = match &membership.state {
        State::Invited { .. } => (intake::MembershipState::Invited, None),
        State::Granted { person } => (intake::MembershipState::Granted, Some(*person)),
        State::Revoked { person } => (intake::MembershipState::Revoked, *person),
        State::Expired => (intake::MembershipState::Expired, None),
    };
    intake::Membership {
        name: names::membership(membership.id),
        office: office_message(membership.seat.office()).into(),
        edition: membership
            .seat
            .edition()
            .map(names::edition)
            .unwrap_or_default(),
        scope: membership.seat.scope().unwrap_or_default(),
        person: person
            .map(|id: PersonId| names::person(id))
            .unwrap_or_default(),
        state: state.into(),
        email: String::new(),
        expire_time: row.expires.map(timestamp),
        create_time: Some(timestamp(membership.created)),
    }
}

/// An organisation.
pub(crate) fn organisation(row: &OrganisationRow) -> intake::Organisation {
    let legal_form = match row.legal_form {
        LegalForm::Pt => intake::LegalForm::Pt,
        LegalForm::PtPerorangan => intake::LegalForm::PtPerorangan,
        LegalForm::Cv => intake::LegalForm::Cv,
        LegalForm::Koperasi => intake::LegalForm::Koperasi,
        LegalForm::Yayasan => intake::LegalForm::Yayasan,
        LegalForm::Perkumpulan => intake::LegalForm::Perkumpulan,
        LegalForm::Firma => intake::LegalForm::Firma,
        LegalForm::PersekutuanPerdata => intake::LegalForm::PersekutuanPerdata,
        LegalForm::Bumdes => intake::LegalForm::Bumdes,
        LegalForm::NotIncorporated => intake::LegalForm::NotIncorporated,
    };
    intake::Organisation {
        name: names::organisation(row.id),
        display_name: row.display_name.clone(),
        legal_form: legal_form.into(),
        nib: row
            .nib
            .as_ref()
            .map(Nib::as_str)
            .unwrap_or_default()
            .to_owned(),
        region_code: row.region.to_string(),
        create_time: Some(timestamp(row.created)),
        etag: row.etag.to_string(),
    }
}
