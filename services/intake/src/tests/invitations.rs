//! Invitations and the ends of offices.

use tonic::Code;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;
use winner_proto::options::v1::Office;

use crate::commands::expire_invitations::expire_invitations;
use crate::tests::world::{as_actor, in_world, last, refusal, request_id};

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
