//! Requests about people, parsed.

use winner_proto::intake::v1 as intake;

use super::office;
use crate::commands::create_organisation::NewOrganisation;
use crate::commands::invite::Offer;
use crate::commands::update_person::{Change, Set};
use crate::domain::contact::{Email, Phone};
use crate::domain::ids::{MembershipId, OrganisationId};
use crate::domain::names;
use crate::domain::office::{Office, Seat};
use crate::domain::organisation::{LegalForm, Nib};
use crate::domain::region::RegionCode;
use crate::grpc::parse::{self, Faults};
use crate::messages;
use crate::refusal::Refusal;
use crate::store::memberships::MembershipRow;

/// Longest name of a person, an employer or an organisation, in characters.
const LONGEST_NAME: usize = 200;

/// The change of a person's own data.
///
/// # Errors
/// [`Refusal::Invalid`] with every field.
pub(super) fn person_change(request: &intake::UpdatePersonRequest) -> Result<Change, Refusal> {
    let mut faults = Faults::default();
    let person = request.person.clone().unwrap_or_default();
    let mut change = Change::default();
    let paths = request
        .update_mask
        .as_ref()
        .map_or(&[][..], |mask| &mask.paths);
    if paths.is_empty() {
        faults.add("update_mask", "REQUIRED", "say which fields to change");
    }
    for path in paths {
        match path.as_str() {
            "display_name" => {
                change.display_name =
                    faults.text("person.display_name", &person.display_name, LONGEST_NAME);
            }
            "phone" if person.phone.is_empty() => change.phone = Set::Clear,
            "phone" => {
                let parsed = Phone::parse(&person.phone);
                change.phone = faults
                    .read("person.phone", "INVALID_PHONE", parsed)
                    .map_or(Set::Keep, Set::To);
            }
            "language" if matches!(person.language.as_str(), "id" | "en") => {
                change.language = Some(person.language.clone());
            }
            "language" => faults.add(
                "person.language",
                "UNKNOWN_LANGUAGE",
                "must be `id` or `en`",
            ),
            "region_code" if person.region_code.is_empty() => change.region = Set::Clear,
            "region_code" => {
                let parsed = RegionCode::parse(&person.region_code);
                change.region = faults
                    .read("person.region_code", "UNKNOWN_REGION", parsed)
                    .map_or(Set::Keep, Set::To);
            }
            "employer" if person.employer.is_empty() => change.employer = Set::Clear,
            "employer" => {
                let text = faults.text("person.employer", &person.employer, LONGEST_NAME);
                change.employer = text.map_or(Set::Keep, Set::To);
            }
            _ => faults.add(
                "update_mask",
                "UNKNOWN_FIELD",
                "names a field that cannot be changed",
            ),
        }
    }
    faults.none()?;
    if !person.etag.is_empty() {
        change.etag = Some(parse::etag("person.etag", &person.etag)?);
    }
    Ok(change)
}

/// A new organisation.
///
/// # Errors
/// [`Refusal::Invalid`] with every field.
pub(super) fn organisation(
    request: &intake::CreateOrganisationRequest,
) -> Result<NewOrganisation, Refusal> {
    let id = parse::chosen(
        "organisation_id",
        &request.organisation_id,
        OrganisationId::parse,
    )?;
    let organisation = request.organisation.clone().unwrap_or_default();
    let mut faults = Faults::default();
    let display_name = faults.text(
        "organisation.display_name",
        &organisation.display_name,
        LONGEST_NAME,
    );
    let region = RegionCode::parse(&organisation.region_code);
    let region = faults.read("organisation.region_code", "UNKNOWN_REGION", region);
    let legal_form = legal_form(organisation.legal_form())
        .ok_or("the legal form is required; there is one for the not yet incorporated");
    let legal_form = faults.read("organisation.legal_form", "REQUIRED", legal_form);
    let nib = match organisation.nib.as_str() {
        "" => Some(None),
        text => faults
            .read("organisation.nib", "INVALID_NIB", Nib::parse(text))
            .map(Some),
    };
    match (display_name, legal_form, nib, region) {
        (Some(display_name), Some(legal_form), Some(nib), Some(region)) => Ok(NewOrganisation {
            id,
            display_name,
            legal_form,
            nib,
            region,
        }),
        _ => Err(faults.refusal()),
    }
}

const fn legal_form(form: intake::LegalForm) -> Option<LegalForm> {
    match form {
        intake::LegalForm::Unspecified => None,
        intake::LegalForm::Pt => Some(LegalForm::Pt),
        intake::LegalForm::PtPerorangan => Some(LegalForm::PtPerorangan),
        intake::LegalForm::Cv => Some(LegalForm::Cv),
        intake::LegalForm::Koperasi => Some(LegalForm::Koperasi),
        intake::LegalForm::Yayasan => Some(LegalForm::Yayasan),
        intake::LegalForm::Perkumpulan => Some(LegalForm::Perkumpulan),
        intake::LegalForm::Firma => Some(LegalForm::Firma),
        intake::LegalForm::PersekutuanPerdata => Some(LegalForm::PersekutuanPerdata),
        intake::LegalForm::Bumdes => Some(LegalForm::Bumdes),
        intake::LegalForm::NotIncorporated => Some(LegalForm::NotIncorporated),
    }
}

/// What is offered to whom.
///
/// # Errors
/// [`Refusal::Invalid`] with every field.
pub(super) fn offer(request: &intake::CreateInvitationRequest) -> Result<Offer, Refusal> {
    let id = parse::chosen("membership_id", &request.membership_id, MembershipId::parse)?;
    let wanted = request.membership.clone().unwrap_or_default();
    let mut faults = Faults::default();
    let email = faults.read(
        "membership.email",
        "INVALID_EMAIL",
        Email::parse(&wanted.email),
    );
    let known = office(wanted.office()).ok_or("must be an office to which people are invited");
    let office: Option<Office> = faults.read("membership.office", "NO_MEMBERSHIP", known);
    let edition = match wanted.edition.as_str() {
        "" => Some(None),
        name => faults
            .read(
                "membership.edition",
                "INVALID_NAME",
                names::parse_edition(name),
            )
            .map(Some),
    };
    let seat = match (office, edition) {
        (Some(office), Some(edition)) => {
            let seat = Seat::new(office, edition, &wanted.scope);
            faults.read("membership.scope", "WRONG_SCOPE", seat)
        }
        _ => None,
    };
    match (seat, email) {
        (Some(seat), Some(email)) => Ok(Offer { id, seat, email }),
        _ => Err(faults.refusal()),
    }
}

/// An invitation as only whoever invites sees it: with the address.
pub(super) fn shown_to_inviter(row: &MembershipRow) -> intake::Membership {
    let email = row
        .email
        .as_ref()
        .map(|email| email.as_str().to_owned())
        .unwrap_or_default();
    intake::Membership {
        email,
        ..messages::membership(row)
    }
}
