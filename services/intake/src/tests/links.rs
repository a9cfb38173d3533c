//! Identity links: found once, said by id alone.

use winner_platform::auth::Actor;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;
use winner_proto::options::v1::Office;

use crate::commands::exchange_token::sign_in;
use crate::tests::world::{World, as_actor, in_world, provider_identity, request_id};

async fn update_person(
    world: &World,
    actor: &Actor,
    person: intake::Person,
    paths: &[&str],
) -> intake::Person {
    let request = intake::UpdatePersonRequest {
        person: Some(intake::Person {
            name: "persons/me".to_owned(),
            ..person
        }),
        update_mask: Some(pbjson_types::FieldMask {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
        }),
        request_id: request_id(),
    };
    world
        .identity()
        .update_person(as_actor(actor, request))
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test]
async fn one_mailbox_with_two_spellings_is_linked_and_said_once() {
    in_world(|world| async move {
        let identity = |subject: &str, email: &str| provider_identity(subject, email);
        let one = sign_in(
            &world.context,
            &identity("a", "Siti.Aminah@gmail.com"),
            None,
        )
        .await
        .unwrap();
        let two = sign_in(
            &world.context,
            &identity("b", "sitiaminah+juri@googlemail.com"),
            None,
        )
        .await
        .unwrap();
        sign_in(
            &world.context,
            &identity("b", "sitiaminah+lain@googlemail.com"),
            None,
        )
        .await
        .unwrap();
        let links = world.events("link").await;
        let [(name, data)] = links.as_slice() else {
            panic!("{links:?}")
        };
        assert_eq!(name, "found");
        assert_eq!(data["kind"], "same_email");
        let mut linked = [data["personId"].clone(), data["otherPersonId"].clone()]
            .map(|id| id.as_str().unwrap().to_owned());
        linked.sort();
        let mut expected = [one.person.to_string(), two.person.to_string()];
        expected.sort();
        assert_eq!(linked, expected);
        assert!(
            !data.to_string().contains("gmail"),
            "no personal data on the bus"
        );
    })
    .await;
}

#[tokio::test]
async fn one_number_in_two_spellings_is_linked() {
    in_world(|world| async move {
        for (local, phone) in [("siti", "0812-3456-7890"), ("budi", "+62 812 3456 7890")] {
            let actor = world.actor(world.person(local).await).await;
            let person = intake::Person {
                phone: phone.to_owned(),
                ..Default::default()
            };
            let updated = update_person(&world, &actor, person, &["phone"]).await;
            assert_eq!(updated.phone, "+6281234567890");
        }
        let links = world.events("link").await;
        assert_eq!(links.len(), 1);
        assert_eq!(links[0].1["kind"], "same_phone");
    })
    .await;
}

#[tokio::test]
async fn a_judge_is_linked_to_the_organisation_and_the_colleagues_of_their_employer() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        // The team of "Yayasan siti Sejahtera"; a member is employed elsewhere.
        let (siti, _) = world.team("siti").await;
        let university = intake::Person {
            employer: "Universitas Contoh".to_owned(),
            ..Default::default()
        };
        update_person(&world, &siti, university.clone(), &["employer"]).await;
        let colleague = world.person("colleague").await;
        update_person(
            &world,
            &world.actor(colleague).await,
            university.clone(),
            &["employer"],
        )
        .await;
        let judge = world.person("judge").await;
        update_person(&world, &world.actor(judge).await, university, &["employer"]).await;
        assert_eq!(
            world.events("link").await.len(),
            0,
            "colleagues concern nobody yet"
        );
        let judge = world
            .grant(&chair, judge, Office::Judge, "contoh", "")
            .await;
        let links = world.events("link").await;
        assert_eq!(
            links.len(),
            1,
            "the judge and the member of a team: {links:?}"
        );
        assert_eq!(links[0].1["kind"], "same_employer");
        let team = intake::Person {
            employer: "SITI sejahtera".to_owned(),
            ..Default::default()
        };
        update_person(&world, &judge, team, &["employer"]).await;
        let links = world.events("link").await;
        assert_eq!(links.len(), 2);
        assert!(links[1].1.get("organisationId").is_some(), "{links:?}");
    })
    .await;
}
