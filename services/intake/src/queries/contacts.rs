//! How to reach people, for a stated purpose; who read it is recorded, once a batch.

use secrecy::ExposeSecret as _;
use uuid::Uuid;
use winner_messaging::Origin;
use winner_proto::intake::v1::Contact;

use crate::commands::accept_invitation::claims;
use crate::context::Context;
use crate::domain::region::RegionCode;
use crate::refusal::Refusal;
use crate::store::contact_reads::{self, ContactRead};
use crate::store::memberships::{self, MembershipRow};
use crate::store::persons::{self, PersonRow};

/// What contacts are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A notice that the competition's rules require: of persons.
    Notice,
    /// An invitation to an office: of invitations.
    Invitation,
}

/// The contacts of persons for a notice, or of open invitations, each with its link's token. Erased
/// persons and ended invitations are missing.
///
/// # Errors
/// [`Refusal::Invalid`] for ids that the purpose does not cover.
pub(crate) async fn get(
    context: &Context,
    service: &str,
    purpose: Purpose,
    persons: &[Uuid],
    memberships: &[Uuid],
) -> Result<Vec<Contact>, Refusal> {
    let (code, stray) = match purpose {
        Purpose::Notice => (
            "notice",
            (!memberships.is_empty()).then_some("membership_ids"),
        ),
        Purpose::Invitation => ("invitation", (!persons.is_empty()).then_some("person_ids")),
    };
    if let Some(field) = stray {
        return Err(Refusal::field(
            field,
            "NOT_FOR_THIS_PURPOSE",
            "the purpose does not cover these",
        ));
    }
    // The record of the read is written in the same transaction: no read without its record.
    let origin = Origin::request(context.ids.uuid().to_string());
    let mut unit = context.ledger.begin(origin).await?;
    let mut contacts = Vec::new();
    for person in persons::find_many(unit.conn(), persons).await? {
        contacts.push(of_person(&person));
    }
    for invitation in memberships::invited(unit.conn(), memberships).await? {
        contacts.extend(of_invitation(context, &invitation)?);
    }
    let read = ContactRead {
        id: context.ids.uuid(),
        service,
        purpose: code,
        persons,
        memberships,
        found: i32::try_from(contacts.len()).map_err(Refusal::internal)?,
        at: context.now(),
    };
    contact_reads::insert(unit.conn(), &read).await?;
    unit.commit().await?;
    Ok(contacts)
}

fn of_person(person: &PersonRow) -> Contact {
    let details = &person.details;
    Contact {
        id: person.id.to_string(),
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
        region_code: details
            .region
            .map(RegionCode::as_str)
            .unwrap_or_default()
            .to_owned(),
        invitation_token: String::new(),
    }
}

fn of_invitation(context: &Context, row: &MembershipRow) -> Result<Option<Contact>, Refusal> {
    let Some(email) = &row.email else {
        return Ok(None);
    };
    let token = context
        .links
        .sign(&claims(row.membership.id))
        .map_err(Refusal::internal)?;
    Ok(Some(Contact {
        id: row.membership.id.to_string(),
        display_name: String::new(),
        email: email.as_str().to_owned(),
        phone: String::new(),
        language: "id".to_owned(),
        region_code: String::new(),
        invitation_token: token.expose_secret().to_owned(),
    }))
}
