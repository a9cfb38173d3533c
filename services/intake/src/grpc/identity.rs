//! `IdentityService`.

use secrecy::ExposeSecret as _;
use tonic::{Request, Response, Status};
use winner_platform::auth::Actor;
use winner_proto::intake::v1::identity_service_server::IdentityService;
use winner_proto::intake::v1::{
    AcceptInvitationRequest, CreateInvitationRequest, CreateOrganisationRequest,
    ExchangeTokenRequest, ExchangeTokenResponse, GetOrganisationRequest, GetPersonRequest,
    ListMembershipsRequest, ListMembershipsResponse, Membership, Organisation, Person,
    RevokeMembershipRequest, UpdatePersonRequest,
};
use winner_proto::options::v1 as options;

use super::once::{finish, finish_keeping, fresh};
use super::{caller, page, parse};
use crate::commands::accept_invitation::accept_invitation;
use crate::commands::create_organisation::create_organisation;
use crate::commands::exchange_token::exchange_token;
use crate::commands::invite::invite;
use crate::commands::revoke_membership::revoke_membership;
use crate::commands::update_person::update_person;
use crate::context::Context;
use crate::domain::ids::PersonId;
use crate::domain::names;
use crate::domain::office::Office;
use crate::messages;
use crate::queries::{memberships, organisations, persons};
use crate::refusal::Refusal;

mod requests;

/// Answers `IdentityService`.
#[derive(Debug, Clone)]
pub(crate) struct Identity(pub(crate) Context);

const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// The office of a message; `None` for those that are no membership.
pub(crate) const fn office(office: options::Office) -> Option<Office> {
    match office {
        options::Office::Chair => Some(Office::Chair),
        options::Office::Organiser => Some(Office::Organiser),
        options::Office::Screener => Some(Office::Screener),
        options::Office::Auditor => Some(Office::Auditor),
        options::Office::Official => Some(Office::Official),
        options::Office::Member => Some(Office::Member),
        options::Office::Judge => Some(Office::Judge),
        options::Office::Mentor => Some(Office::Mentor),
        options::Office::Unspecified | options::Office::PlatformAdmin => None,
    }
}

/// The caller's own id where a name says theirs or `me`; nobody reads another's person.
fn own(field: &str, name: &str, caller: PersonId) -> Result<PersonId, Refusal> {
    match parse::name(field, names::parse_person(name))? {
        Some(id) if id != caller => Err(Refusal::NotFound("person", names::person(id))),
        _ => Ok(caller),
    }
}

#[tonic::async_trait]
impl IdentityService for Identity {
    async fn exchange_token(
        &self,
        request: Request<ExchangeTokenRequest>,
    ) -> Result<Response<ExchangeTokenResponse>, Status> {
        let request = request.get_ref();
        let mut faults = parse::Faults::default();
        if request.grant_type != TOKEN_EXCHANGE {
            faults.add(
                "grant_type",
                "UNSUPPORTED",
                format!("must be {TOKEN_EXCHANGE}"),
            );
        }
        if request.subject_token_type != ID_TOKEN {
            faults.add(
                "subject_token_type",
                "UNSUPPORTED",
                format!("must be {ID_TOKEN}"),
            );
        }
        faults.none()?;
        let wanted = parse::chosen("person_id", &request.person_id, PersonId::parse)?;
        let exchanged = exchange_token(&self.0, &request.subject_token, wanted).await?;
        Ok(Response::new(ExchangeTokenResponse {
            access_token: exchanged.token.expose_secret().to_owned(),
            issued_token_type: JWT.to_owned(),
            token_type: "Bearer".to_owned(),
            expires_in: i64::try_from(self.0.settings.token_life.as_secs()).unwrap_or(i64::MAX),
            person: names::person(exchanged.person),
        }))
    }

    async fn get_person(
        &self,
        request: Request<GetPersonRequest>,
    ) -> Result<Response<Person>, Status> {
        let caller = caller(&Actor::from_request(&request)?)?;
        let person = own("name", &request.get_ref().name, caller.person)?;
        Ok(Response::new(persons::get(&self.0, person).await?))
    }

    async fn update_person(
        &self,
        request: Request<UpdatePersonRequest>,
    ) -> Result<Response<Person>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "UpdatePerson", request, |kept| {
            let _: Person = kept;
            Ok(persons::get(&self.0, caller.person).await?)
        });
        let name = request
            .person
            .as_ref()
            .map_or("", |person| person.name.as_str());
        own("person.name", name, caller.person)?;
        let change = requests::person_change(request)?;
        let row = update_person(&self.0, &mut unit, caller, change).await?;
        let held = persons::held(unit.conn(), caller.person).await?;
        let kept = Person {
            name: names::person(row.id),
            ..Person::default()
        };
        let response = messages::person(&row, &held);
        Ok(finish_keeping(unit, guard, &kept, response).await?)
    }

    async fn create_organisation(
        &self,
        request: Request<CreateOrganisationRequest>,
    ) -> Result<Response<Organisation>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "CreateOrganisation", request, |kept| {
            let kept: Organisation = kept;
            let id = parse::name("name", names::parse_organisation(&kept.name))?;
            let row = organisations::get(&self.0, caller, id).await?;
            Ok(messages::organisation(&row))
        });
        let new = requests::organisation(request)?;
        let row = create_organisation(&self.0, &mut unit, caller, new).await?;
        let name = names::organisation(row.id);
        let kept = Organisation {
            name,
            ..Organisation::default()
        };
        let response = messages::organisation(&row);
        Ok(finish_keeping(unit, guard, &kept, response).await?)
    }

    async fn get_organisation(
        &self,
        request: Request<GetOrganisationRequest>,
    ) -> Result<Response<Organisation>, Status> {
        let caller = caller(&Actor::from_request(&request)?)?;
        let id = parse::name("name", names::parse_organisation(&request.get_ref().name))?;
        let row = organisations::get(&self.0, caller, id).await?;
        Ok(Response::new(messages::organisation(&row)))
    }

    async fn create_invitation(
        &self,
        request: Request<CreateInvitationRequest>,
    ) -> Result<Response<Membership>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "CreateInvitation", request, |kept| {
            let kept: Membership = kept;
            let id = parse::name("name", names::parse_membership(&kept.name))?;
            let row = memberships::get(&self.0, id).await?;
            Ok(requests::shown_to_inviter(&row))
        });
        let offer = requests::offer(request)?;
        let row = invite(&self.0, &mut unit, caller, offer).await?;
        let name = names::membership(row.membership.id);
        let kept = Membership {
            name,
            ..Membership::default()
        };
        let response = requests::shown_to_inviter(&row);
        Ok(finish_keeping(unit, guard, &kept, response).await?)
    }

    async fn accept_invitation(
        &self,
        request: Request<AcceptInvitationRequest>,
    ) -> Result<Response<Membership>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "AcceptInvitation", request);
        let id = parse::name("name", names::parse_membership(&request.name))?;
        let row = accept_invitation(&self.0, &mut unit, caller, id, &request.token).await?;
        Ok(finish(unit, guard, messages::membership(&row)).await?)
    }

    async fn revoke_membership(
        &self,
        request: Request<RevokeMembershipRequest>,
    ) -> Result<Response<Membership>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "RevokeMembership", request);
        let id = parse::name("name", names::parse_membership(&request.name))?;
        let row = revoke_membership(&self.0, &mut unit, caller, id).await?;
        Ok(finish(unit, guard, messages::membership(&row)).await?)
    }

    async fn list_memberships(
        &self,
        request: Request<ListMembershipsRequest>,
    ) -> Result<Response<ListMembershipsResponse>, Status> {
        let caller = caller(&Actor::from_request(&request)?)?;
        let request = request.get_ref();
        let edition = parse::name("parent", names::parse_edition(&request.parent))?;
        let size = page::Size::read(request.page_size, 100, 500)?;
        let after = page::read(&request.page_token, memberships::after)?;
        let office = match request.office() {
            options::Office::Unspecified => None,
            wanted => Some(office(wanted).ok_or_else(|| {
                Refusal::field("office", "NO_MEMBERSHIP", "is no office of an edition")
            })?),
        };
        let mut rows =
            memberships::list(&self.0, caller, &edition, office, after, size.limit()).await?;
        let next_page_token = size.cut(&mut rows, memberships::key);
        let memberships = rows.iter().map(messages::membership).collect();
        Ok(Response::new(ListMembershipsResponse {
            memberships,
            next_page_token,
        }))
    }
}
