//! The people of a world: who signs in, who is granted what.

use tonic::Status;
use uuid::Uuid;
use winner_platform::auth::{Actor, Grant};
use winner_proto::intake::v1 as intake;

use super::{World, as_actor, last, notification, provider_identity, request_id};
use crate::commands::exchange_token::{PLATFORM_ADMIN, sign_in};
use crate::domain::ids::PersonId;
use crate::fixtures::definition;
use crate::store::memberships;

impl World {
    /// Somebody who signed in with an address of this local part.
    pub(crate) async fn person(&self, local: &str) -> Uuid {
        let identity = provider_identity(local, &format!("{local}@contoh.test"));
        sign_in(&self.context, &identity, None)
            .await
            .unwrap()
            .person
            .as_uuid()
    }

    /// What a person's fresh token says.
    pub(crate) async fn actor(&self, person: Uuid) -> Actor {
        let mut conn = self.pool.acquire().await.unwrap();
        let held = memberships::held_by(&mut conn, PersonId::from_uuid(person))
            .await
            .unwrap();
        let grants = held.iter().map(|row| {
            let seat = &row.membership.seat;
            Grant {
                office: seat.office().code().to_owned(),
                edition: seat.edition().map(ToString::to_string),
                scope: seat.scope(),
            }
        });
        Actor::of_person(person, grants.collect())
    }

    /// Somebody of the provider's admin group.
    pub(crate) async fn admin(&self) -> Actor {
        let person = self.person("admin").await;
        Actor::of_person(person, vec![Grant::everywhere(PLATFORM_ADMIN)])
    }

    /// An open edition, and the actor who is its chair.
    pub(crate) async fn open_edition(&self, id: &str) -> Actor {
        use winner_proto::intake::v1::edition_service_server::EditionService as _;
        let admin = self.admin().await;
        let create = intake::CreateEditionRequest {
            definition: Some(definition(id)),
            request_id: request_id(),
        };
        self.editions()
            .create_edition(as_actor(&admin, create))
            .await
            .unwrap();
        let chair = self.actor(admin.person().unwrap()).await;
        let open = intake::OpenEditionRequest {
            name: format!("editions/{id}"),
            request_id: request_id(),
        };
        self.editions()
            .open_edition(as_actor(&chair, open))
            .await
            .unwrap();
        chair
    }

    /// Gives a person an office by invitation, and says what their token says then.
    pub(crate) async fn grant(
        &self,
        by: &Actor,
        person: Uuid,
        office: winner_proto::options::v1::Office,
        edition: &str,
        scope: &str,
    ) -> Actor {
        use winner_proto::intake::v1::identity_service_server::IdentityService as _;
        let invitation = self
            .invite(by, office, edition, scope, "undangan@contoh.test")
            .await
            .unwrap();
        let accept = intake::AcceptInvitationRequest {
            token: self.token(&invitation.name).await,
            name: invitation.name,
            request_id: request_id(),
        };
        let actor = self.actor(person).await;
        self.identity()
            .accept_invitation(as_actor(&actor, accept))
            .await
            .unwrap();
        self.actor(person).await
    }

    /// Invites somebody.
    pub(crate) async fn invite(
        &self,
        by: &Actor,
        office: winner_proto::options::v1::Office,
        edition: &str,
        scope: &str,
        email: &str,
    ) -> Result<intake::Membership, Status> {
        use winner_proto::intake::v1::identity_service_server::IdentityService as _;
        let membership = intake::Membership {
            office: office.into(),
            edition: if edition.is_empty() {
                String::new()
            } else {
                format!("editions/{edition}")
            },
            scope: scope.to_owned(),
            email: email.to_owned(),
            ..Default::default()
        };
        let request = intake::CreateInvitationRequest {
            membership: Some(membership),
            membership_id: String::new(),
            request_id: request_id(),
        };
        let invited = self
            .identity()
            .create_invitation(as_actor(by, request))
            .await?;
        Ok(invited.into_inner())
    }

    /// The secret of an invitation's link, as notification gets it.
    pub(crate) async fn token(&self, membership: &str) -> String {
        use winner_proto::intake::v1::view_service_server::ViewService as _;
        let request = intake::BatchGetContactsRequest {
            membership_ids: vec![last(membership)],
            purpose: intake::ContactPurpose::Invitation.into(),
            ..Default::default()
        };
        let found = self
            .views()
            .batch_get_contacts(as_actor(&notification(), request))
            .await
            .unwrap();
        found.into_inner().contacts[0].invitation_token.clone()
    }

    /// A member of a new organisation of this name, and the organisation's resource name.
    pub(crate) async fn team(&self, local: &str) -> (Actor, String) {
        use winner_proto::intake::v1::identity_service_server::IdentityService as _;
        let person = self.person(local).await;
        let request = intake::CreateOrganisationRequest {
            organisation: Some(intake::Organisation {
                display_name: format!("Yayasan {local} Sejahtera"),
                legal_form: intake::LegalForm::Yayasan.into(),
                region_code: "53.71".to_owned(),
                ..Default::default()
            }),
            organisation_id: String::new(),
            request_id: request_id(),
        };
        let actor = self.actor(person).await;
        let created = self
            .identity()
            .create_organisation(as_actor(&actor, request))
            .await
            .unwrap();
        (self.actor(person).await, created.into_inner().name)
    }
}
