//! Signing in, invitations, identity links.

use tonic::Code;
use winner_platform::auth::Actor;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;
use winner_proto::options::v1::Office;

use crate::commands::exchange_token::sign_in;
use crate::commands::expire_invitations::expire_invitations;
use crate::testing::{World, as_actor, in_world, last, provider_identity, refusal, request_id};

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
async fn two_first_sign_ins_at_once_make_one_person() {
    in_world(|world| async move {
        let identity = provider_identity("siti", "siti@contoh.test");
        let (one, two) = tokio::join!(
            sign_in(&world.context, &identity),
            sign_in(&world.context, &identity)
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
        )
        .await
        .unwrap();
        let after = sign_in(
            &world.context,
            &provider_identity("siti", "baru@contoh.test"),
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
async fn one_mailbox_with_two_spellings_is_linked_and_said_once() {
    in_world(|world| async move {
        let identity = |subject: &str, email: &str| provider_identity(subject, email);
        let one = sign_in(&world.context, &identity("a", "Siti.Aminah@gmail.com"))
            .await
            .unwrap();
        let two = sign_in(
            &world.context,
            &identity("b", "sitiaminah+juri@googlemail.com"),
        )
        .await
        .unwrap();
        sign_in(
            &world.context,
            &identity("b", "sitiaminah+lain@googlemail.com"),
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

#[tokio::test]
async fn an_invitation_is_taken_once_with_its_own_token() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let one = world
            .invite(&chair, Office::Judge, "contoh", "", "juri@contoh.test")
            .await
            .unwrap();
        assert_eq!(one.email, "juri@contoh.test");
        let two = world
            .invite(&chair, Office::Judge, "contoh", "", "lain@contoh.test")
            .await
            .unwrap();
        let accept = |name: &str, token: String| intake::AcceptInvitationRequest {
            name: name.to_owned(),
            token,
            request_id: request_id(),
        };
        let siti = world.actor(world.person("siti").await).await;
        let budi = world.actor(world.person("budi").await).await;
        let service = world.identity();
        let invalid = (Code::PermissionDenied, "INVITATION_INVALID".to_owned());
        let foreign = accept(&one.name, world.token(&two.name).await);
        assert_eq!(
            refusal(service.accept_invitation(as_actor(&siti, foreign)).await),
            invalid
        );
        let made_up = accept(&one.name, "abc.def".to_owned());
        assert_eq!(
            refusal(service.accept_invitation(as_actor(&siti, made_up)).await),
            invalid
        );

        let token = world.token(&one.name).await;
        let accepted = service
            .accept_invitation(as_actor(&siti, accept(&one.name, token.clone())))
            .await;
        let accepted = accepted.unwrap().into_inner();
        assert_eq!(accepted.state(), intake::MembershipState::Granted);
        assert_eq!(accepted.email, "", "the address goes with the invitation");
        let again = service
            .accept_invitation(as_actor(&budi, accept(&one.name, token)))
            .await;
        assert_eq!(
            refusal(again),
            (Code::FailedPrecondition, "INVITATION_USED".to_owned())
        );
        // A second invitation to the seat one holds already.
        let second = accept(&two.name, world.token(&two.name).await);
        let held = service.accept_invitation(as_actor(&siti, second)).await;
        assert_eq!(
            refusal(held),
            (Code::FailedPrecondition, "SEAT_HELD".to_owned())
        );
    })
    .await;
}

#[tokio::test]
async fn an_invitation_that_ran_out_is_refused_and_its_address_goes() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let invitation = world
            .invite(&chair, Office::Judge, "contoh", "", "juri@contoh.test")
            .await
            .unwrap();
        let token = world.token(&invitation.name).await;
        world.travel("2026-02-24T09:00:01+07:00");
        let siti = world.actor(world.person("siti").await).await;
        let request = intake::AcceptInvitationRequest {
            name: invitation.name.clone(),
            token,
            request_id: request_id(),
        };
        let refused = world
            .identity()
            .accept_invitation(as_actor(&siti, request))
            .await;
        let expected = (Code::FailedPrecondition, "INVITATION_EXPIRED".to_owned());
        assert_eq!(refusal(refused), expected);
        // The refused unit gives its lock back in the background; the job passes by until then.
        let ended = async {
            while expire_invitations(&world.context).await.unwrap() == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        let limit = std::time::Duration::from_secs(5);
        tokio::time::timeout(limit, ended).await.unwrap();
        assert_eq!(expire_invitations(&world.context).await.unwrap(), 0);
        let list = intake::ListMembershipsRequest {
            parent: "editions/contoh".to_owned(),
            ..Default::default()
        };
        let listed = world
            .identity()
            .list_memberships(as_actor(&chair, list))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            listed.memberships[1].state(),
            intake::MembershipState::Expired
        );
    })
    .await;
}

#[tokio::test]
async fn everybody_invites_only_to_what_is_theirs_to_give() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let organiser = world.person("organiser").await;
        let organiser = world
            .grant(&chair, organiser, Office::Organiser, "contoh", "")
            .await;
        let (siti, team) = world.team("siti").await;
        let (_, others) = world.team("eve").await;
        let denied = (Code::PermissionDenied, "OFFICE_REQUIRED".to_owned());
        let email = "undangan@contoh.test";
        let chair_by_organiser = world
            .invite(&organiser, Office::Chair, "contoh", "", email)
            .await;
        assert_eq!(refusal(chair_by_organiser), denied);
        assert!(
            world
                .invite(&organiser, Office::Judge, "contoh", "", email)
                .await
                .is_ok()
        );
        assert!(
            world
                .invite(&organiser, Office::Official, "contoh", "53.71", email)
                .await
                .is_ok()
        );
        let outside = world
            .invite(&organiser, Office::Official, "contoh", "12.71", email)
            .await;
        assert_eq!(outside.unwrap_err().code(), Code::InvalidArgument);
        assert!(
            world
                .invite(&siti, Office::Member, "", &last(&team), email)
                .await
                .is_ok()
        );
        let foreign = world
            .invite(&siti, Office::Member, "", &last(&others), email)
            .await;
        assert_eq!(refusal(foreign), denied);
        let judge_by_member = world
            .invite(&siti, Office::Judge, "contoh", "", email)
            .await;
        assert_eq!(refusal(judge_by_member), denied);
        let admin = world.admin().await;
        assert!(
            world
                .invite(&admin, Office::Chair, "contoh", "", email)
                .await
                .is_ok()
        );
        let elsewhere = world
            .invite(&organiser, Office::Judge, "tidak-ada", "", email)
            .await;
        assert_eq!(refusal(elsewhere), denied);
    })
    .await;
}

#[tokio::test]
async fn the_last_chair_and_the_last_member_stay() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let (siti, _) = world.team("siti").await;
        for actor in [&chair, &siti] {
            let me = intake::GetPersonRequest {
                name: "persons/me".to_owned(),
            };
            let person = world
                .identity()
                .get_person(as_actor(actor, me))
                .await
                .unwrap()
                .into_inner();
            let revoke = intake::RevokeMembershipRequest {
                name: person.memberships[0].name.clone(),
                request_id: request_id(),
            };
            let refused = world
                .identity()
                .revoke_membership(as_actor(actor, revoke))
                .await;
            assert_eq!(
                refusal(refused),
                (Code::FailedPrecondition, "LAST_HOLDER".to_owned())
            );
        }
    })
    .await;
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

#[tokio::test]
async fn a_repeated_request_is_answered_without_personal_data_being_kept_for_it() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let request = intake::CreateInvitationRequest {
            membership: Some(intake::Membership {
                office: Office::Judge.into(),
                edition: "editions/contoh".to_owned(),
                email: "rahasia@contoh.test".to_owned(),
                ..Default::default()
            }),
            membership_id: String::new(),
            request_id: request_id(),
        };
        let service = world.identity();
        let first = service
            .create_invitation(as_actor(&chair, request.clone()))
            .await
            .unwrap();
        let second = service
            .create_invitation(as_actor(&chair, request))
            .await
            .unwrap();
        assert_eq!(first.into_inner(), second.into_inner());
        let kept = sqlx::query_scalar!("SELECT response FROM requests")
            .fetch_all(&world.pool)
            .await;
        let kept: Vec<_> = kept.unwrap().into_iter().flatten().collect();
        let holds = |bytes: &Vec<u8>| bytes.windows(7).any(|part| part == b"rahasia");
        assert!(!kept.is_empty() && !kept.iter().any(holds));
    })
    .await;
}
