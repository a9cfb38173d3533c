//! Somebody signs in: a provider's identity becomes a person, and a short-lived internal token.

use secrecy::SecretString;
use winner_messaging::{Origin, Unit};
use winner_platform::auth::Grant;
use winner_platform::auth::oidc::{Identity, OidcError};
use winner_platform::clock::offsets_allowed;
use winner_proto::intake::v1::PersonRegistered;

use super::find_links;
use crate::context::Context;
use crate::domain::contact::Email;
use crate::domain::ids::{EditionId, PersonId};
use crate::domain::names;
use crate::refusal::{Refusal, or_exists};
use crate::store::persons::{self, Details};
use crate::store::{inconsistent, memberships};

/// The office that comes from the provider's group, not from a membership.
pub(crate) const PLATFORM_ADMIN: &str = "platform_admin";

/// A person's token.
#[derive(Debug)]
pub(crate) struct Exchanged {
    pub(crate) token: SecretString,
    pub(crate) person: PersonId,
}

/// Exchanges a provider's ID token. The person is created at their first sign-in, and hears of a
/// new verified address at each.
///
/// # Errors
/// [`Refusal::Unauthenticated`] for a token of no trusted provider, [`Refusal::Unavailable`] while
/// the provider's keys cannot be had, and those of [`sign_in`].
pub(crate) async fn exchange_token(
    context: &Context,
    id_token: &str,
    wanted: Option<PersonId>,
) -> Result<Exchanged, Refusal> {
    let identity = context
        .providers
        .verify(id_token, None)
        .await
        .map_err(|error| match error {
            OidcError::Keys(_) => Refusal::Unavailable("identity provider", error.into()),
            rejected => {
                tracing::info!(cause = %rejected, "sign_in.rejected");
                Refusal::Unauthenticated
            }
        })?;
    sign_in(context, &identity, wanted).await
}

/// Gives the person behind a verified identity their token. In a rehearsal the caller may say which id
/// a new person gets, so that two rehearsals can be compared byte by byte.
///
/// # Errors
/// [`Refusal::Precondition`] where an id is wanted in production, or by somebody who has another;
/// [`Refusal::Exists`] where it is somebody else's.
pub(crate) async fn sign_in(
    context: &Context,
    identity: &Identity,
    wanted: Option<PersonId>,
) -> Result<Exchanged, Refusal> {
    let origin = Origin::request(context.ids.uuid().to_string());
    let mut unit = context.ledger.begin(origin).await?;
    if wanted.is_some()
        && !offsets_allowed(unit.conn())
            .await
            .map_err(Refusal::internal)?
    {
        let text = "this installation is production: the system chooses the ids of persons";
        return Err(Refusal::precondition("PERSON_ID_CHOSEN", "person", text));
    }
    let person = recognise(context, &mut unit, identity, wanted).await?;
    if wanted.is_some_and(|wanted| wanted != person) {
        let text = "who signs in is known already, under another id";
        return Err(Refusal::precondition("PERSON_ID_DIFFERS", "person", text));
    }
    let mut grants: Vec<Grant> = memberships::held_by(unit.conn(), person)
        .await?
        .iter()
        .map(|row| {
            let seat = &row.membership.seat;
            Grant {
                office: seat.office().code().to_owned(),
                edition: seat.edition().map(EditionId::to_string),
                scope: seat.scope(),
            }
        })
        .collect();
    unit.commit().await?;
    if identity.groups.contains(&context.settings.admin_group) {
        grants.push(Grant::everywhere(PLATFORM_ADMIN));
    }
    let token = context
        .signer
        .person_token(person.as_uuid(), &grants, context.settings.token_life)
        .map_err(Refusal::internal)?;
    Ok(Exchanged { token, person })
}

/// The person behind an identity, as they are known now.
async fn recognise(
    context: &Context,
    unit: &mut Unit,
    identity: &Identity,
    wanted: Option<PersonId>,
) -> Result<PersonId, Refusal> {
    let (issuer, subject) = (identity.issuer.as_str(), identity.subject.reveal().as_str());
    let mut known = persons::by_login(unit.conn(), issuer, subject).await?;
    if known.is_none() {
        persons::lock_login(unit.conn(), issuer, subject).await?;
        known = persons::by_login(unit.conn(), issuer, subject).await?;
    }
    let person = if let Some(person) = known {
        person
    } else {
        let person = wanted.unwrap_or_else(|| PersonId::from_uuid(context.ids.uuid()));
        register(context, unit, person, issuer, subject).await?;
        person
    };
    let missing = || inconsistent("logins", "person_id");
    let row = persons::find(unit.conn(), person)
        .await?
        .ok_or_else(missing)?;
    if told(&row.details, identity) != row.details {
        // Read again under the lock: the person may be changing the rest at the same time.
        let row = persons::lock(unit.conn(), person)
            .await?
            .ok_or_else(missing)?;
        persons::update(unit.conn(), person, &told(&row.details, identity)).await?;
        find_links::of_person(context, unit, person).await?;
    }
    Ok(person)
}

/// A person's details with what the provider says now: the verified address always, the name only
/// until the person has one.
fn told(details: &Details, identity: &Identity) -> Details {
    let mut told = details.clone();
    let email = identity.verified_email.as_ref();
    if let Some(email) = email.and_then(|text| Email::parse(text.reveal()).ok()) {
        told.email = Some(email);
    }
    if let Some(name) = identity
        .name
        .as_ref()
        .filter(|_| told.display_name.is_empty())
    {
        told.display_name = name.reveal().trim().chars().take(200).collect();
    }
    told
}

async fn register(
    context: &Context,
    unit: &mut Unit,
    person: PersonId,
    issuer: &str,
    subject: &str,
) -> Result<(), Refusal> {
    let inserted = persons::insert(unit.conn(), person, issuer, subject, context.now()).await;
    or_exists(inserted, || {
        Refusal::Exists("person", names::person(person))
    })?;
    let event = PersonRegistered {
        person_id: person.to_string(),
    };
    unit.append(&person.to_string(), None, &event).await?;
    Ok(())
}
