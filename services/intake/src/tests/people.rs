//! Signing in, and who sees whom.

use sqlx::Executor as _;
use tonic::Code;
use winner_platform::auth::Actor;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;

use crate::commands::exchange_token::sign_in;
use crate::domain::ids::PersonId;
use crate::refusal::Refusal;
use crate::tests::world::{as_actor, in_world, provider_identity, refusal};

#[tokio::test]
async fn two_first_sign_ins_at_once_make_one_person() {
    in_world(|world| async move {
        let identity = provider_identity("siti", "siti@contoh.test");
        let (one, two) = tokio::join!(
            sign_in(&world.context, &identity, None),
            sign_in(&world.context, &identity, None)
        );
        assert_eq!(one.unwrap().person, two.unwrap().person);
        assert_eq!(world.events("person").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_verified_address_follows_the_provider() {
    in_world(|world| async move {
        let before = sign_in(
            &world.context,
            &provider_identity("siti", "lama@contoh.test"),
            None,
        )
        .await
        .unwrap();
        let after = sign_in(
            &world.context,
            &provider_identity("siti", "baru@contoh.test"),
            None,
        )
        .await
        .unwrap();
        assert_eq!(before.person, after.person);
        let me = intake::GetPersonRequest {
            name: "persons/me".to_owned(),
        };
        let actor = world.actor(after.person.as_uuid()).await;
        let person = world
            .identity()
            .get_person(as_actor(&actor, me))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(person.email, "baru@contoh.test");
        assert_eq!(person.display_name, "siti Contoh");
    })
    .await;
}

#[tokio::test]
async fn in_a_rehearsal_a_person_gets_the_id_that_was_asked_for() {
    in_world(|world| async move {
        let wanted = Some(PersonId::from_uuid(uuid::Uuid::from_u128(7)));
        let siti = provider_identity("siti", "siti@contoh.test");
        for _ in 0..2 {
            let signed_in = sign_in(&world.context, &siti, wanted).await.unwrap();
            assert_eq!(Some(signed_in.person), wanted);
        }
        let other = Some(PersonId::from_uuid(uuid::Uuid::from_u128(8)));
        assert!(matches!(
            sign_in(&world.context, &siti, other).await,
            Err(Refusal::Precondition {
                reason: "PERSON_ID_DIFFERS",
                ..
            })
        ));
        let budi = provider_identity("budi", "budi@contoh.test");
        assert!(matches!(
            sign_in(&world.context, &budi, wanted).await,
            Err(Refusal::Exists("person", _))
        ));
        assert_eq!(world.events("person").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn in_production_nobody_chooses_a_persons_id() {
    in_world(|world| async move {
        world
            .pool
            .execute("UPDATE platform.clock SET offsets_forbidden = true")
            .await
            .unwrap();
        let siti = provider_identity("siti", "siti@contoh.test");
        let wanted = Some(PersonId::from_uuid(uuid::Uuid::from_u128(7)));
        assert!(matches!(
            sign_in(&world.context, &siti, wanted).await,
            Err(Refusal::Precondition {
                reason: "PERSON_ID_CHOSEN",
                ..
            })
        ));
        assert!(world.events("person").await.is_empty());
        assert!(sign_in(&world.context, &siti, None).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn nobody_reads_another_person() {
    in_world(|world| async move {
        let siti = world.person("siti").await;
        let budi = world.person("budi").await;
        let actor = world.actor(budi).await;
        let read = |name: String| world.identity().get_person_by(actor.clone(), name);
        let other = read(format!("persons/{siti}")).await;
        let absent = read(format!("persons/{}", uuid::Uuid::from_u128(9))).await;
        assert_eq!(refusal(other), refusal(absent));
    })
    .await;
}

impl crate::grpc::identity::Identity {
    async fn get_person_by(
        self,
        actor: Actor,
        name: String,
    ) -> Result<tonic::Response<intake::Person>, tonic::Status> {
        self.get_person(as_actor(&actor, intake::GetPersonRequest { name }))
            .await
    }
}

#[tokio::test]
async fn an_organisation_is_seen_by_its_members_and_by_where_it_takes_part() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let (eve, _) = world.team("eve").await;
        let get =
            |actor: &Actor| as_actor(actor, intake::GetOrganisationRequest { name: team.clone() });
        let service = world.identity();
        assert!(service.get_organisation(get(&siti)).await.is_ok());
        assert_eq!(
            service
                .get_organisation(get(&eve))
                .await
                .unwrap_err()
                .code(),
            Code::NotFound
        );
        assert_eq!(
            service
                .get_organisation(get(&chair))
                .await
                .unwrap_err()
                .code(),
            Code::NotFound
        );
        world.sealed(&siti, "contoh", &team).await;
        assert!(service.get_organisation(get(&chair)).await.is_ok());
    })
    .await;
}
