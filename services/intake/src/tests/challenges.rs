//! Challenges.

use tonic::Code;
use winner_platform::auth::Actor;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::challenge_service_server::ChallengeService as _;
use winner_proto::intake::v1::edition_service_server::EditionService as _;
use winner_proto::intake::v1::submission_service_server::SubmissionService as _;
use winner_proto::options::v1::Office;

use crate::tests::world::{as_actor, in_world, last, refusal, request_id};

/// A challenge of a region.
pub(super) fn new_challenge(region: &str) -> intake::CreateChallengeRequest {
    let text = crate::fixtures::text("Air keruh di musim hujan");
    intake::CreateChallengeRequest {
        parent: "editions/contoh".to_owned(),
        challenge: Some(intake::Challenge {
            region_code: region.to_owned(),
            issue_id: "air-bersih".to_owned(),
            title: text.clone(),
            description: text.clone(),
            offer: text,
            capacity: 2,
            ..Default::default()
        }),
        challenge_id: String::new(),
        request_id: request_id(),
    }
}

#[tokio::test]
async fn a_government_publishes_its_own_challenge_within_the_window() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let official = world.person("official").await;
        let official = world
            .grant(&chair, official, Office::Official, "contoh", "53.71")
            .await;
        let neighbour = world.person("neighbour").await;
        let neighbour = world
            .grant(&chair, neighbour, Office::Official, "contoh", "53.01")
            .await;
        let service = world.challenges();
        let foreign = service
            .create_challenge(as_actor(&official, new_challenge("53.01")))
            .await;
        assert_eq!(
            refusal(foreign),
            (Code::PermissionDenied, "OFFICE_REQUIRED".to_owned())
        );
        let draft = service
            .create_challenge(as_actor(&official, new_challenge("53.71")))
            .await;
        let draft = draft.unwrap().into_inner();

        let get = |actor: &Actor| {
            as_actor(
                actor,
                intake::GetChallengeRequest {
                    name: draft.name.clone(),
                },
            )
        };
        assert!(service.get_challenge(get(&official)).await.is_ok());
        assert_eq!(
            service
                .get_challenge(get(&neighbour))
                .await
                .unwrap_err()
                .code(),
            Code::NotFound
        );
        assert_eq!(
            service
                .get_challenge(get(&Actor::nobody()))
                .await
                .unwrap_err()
                .code(),
            Code::NotFound
        );

        let change = intake::UpdateChallengeRequest {
            challenge: Some(intake::Challenge {
                capacity: 3,
                ..draft.clone()
            }),
            update_mask: Some(pbjson_types::FieldMask {
                paths: vec!["capacity".to_owned()],
            }),
            request_id: request_id(),
        };
        let changed = service
            .update_challenge(as_actor(&official, change))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(changed.capacity, 3);

        // The window for challenges ended five days ago.
        let publish = || intake::PublishChallengeRequest {
            name: draft.name.clone(),
            request_id: request_id(),
        };
        let late = service
            .publish_challenge(as_actor(&official, publish()))
            .await;
        assert_eq!(
            refusal(late),
            (
                Code::FailedPrecondition,
                "OUTSIDE_CHALLENGE_WINDOW".to_owned()
            )
        );
        let by_neighbour = service
            .publish_challenge(as_actor(&neighbour, publish()))
            .await;
        assert_eq!(by_neighbour.unwrap_err().code(), Code::NotFound);
        assert_eq!(world.events("challenge").await, []);
    })
    .await;
}

#[tokio::test]
async fn a_published_challenge_is_read_by_everybody_and_answered_by_submissions() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let mut wide = crate::fixtures::definition("contoh");
        wide.waves[0].challenges = wide.waves[0].submissions;
        let apply = intake::ApplyEditionVersionRequest {
            name: "editions/contoh".to_owned(),
            definition: Some(wide),
            etag: "2".to_owned(),
            request_id: request_id(),
        };
        world
            .editions()
            .apply_edition_version(as_actor(&chair, apply))
            .await
            .unwrap();
        let official = world.person("official").await;
        let official = world
            .grant(&chair, official, Office::Official, "contoh", "53.71")
            .await;
        let service = world.challenges();
        let draft = service
            .create_challenge(as_actor(&official, new_challenge("53.71")))
            .await;
        let draft = draft.unwrap().into_inner();
        let (siti, team) = world.team("siti").await;
        let mut answer = crate::tests::world::new_submission("contoh", &team);
        answer.submission.as_mut().unwrap().challenges = vec![draft.name.clone()];
        let early = world
            .submissions()
            .create_submission(as_actor(&siti, answer.clone()))
            .await;
        assert_eq!(
            early.unwrap_err().code(),
            Code::InvalidArgument,
            "a draft is not there"
        );

        let publish = intake::PublishChallengeRequest {
            name: draft.name.clone(),
            request_id: request_id(),
        };
        let published = service
            .publish_challenge(as_actor(&official, publish))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(published.state(), intake::ChallengeState::Published);
        let list = intake::ListChallengesRequest {
            parent: "editions/contoh".to_owned(),
            ..Default::default()
        };
        let listed = service
            .list_challenges(as_actor(&Actor::nobody(), list))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(listed.challenges, [published]);
        let events = world.events("challenge").await;
        assert_eq!(events[0].0, "published");
        assert_eq!(events[0].1["challengeId"], last(&draft.name));
        answer.request_id = request_id();
        assert!(
            world
                .submissions()
                .create_submission(as_actor(&siti, answer))
                .await
                .is_ok()
        );
    })
    .await;
}
