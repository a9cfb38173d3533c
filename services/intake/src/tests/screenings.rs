//! Challenges and screening.

use tonic::Code;
use winner_platform::auth::Actor;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::challenge_service_server::ChallengeService as _;
use winner_proto::intake::v1::edition_service_server::EditionService as _;
use winner_proto::intake::v1::screening_service_server::ScreeningService as _;
use winner_proto::intake::v1::submission_service_server::SubmissionService as _;
use winner_proto::options::v1::Office;

use super::closing::close_due;
use crate::testing::{as_actor, in_world, last, refusal, request_id};

fn screening(
    submission: &str,
    verdict: intake::ScreeningVerdict,
) -> intake::RecordScreeningRequest {
    let met = intake::CriterionFinding::Met;
    let found = if verdict == intake::ScreeningVerdict::Eligible {
        met
    } else {
        intake::CriterionFinding::NotMet
    };
    intake::RecordScreeningRequest {
        screening: Some(intake::Screening {
            name: format!("{submission}/screening"),
            submission_version: 1,
            verdict: verdict.into(),
            findings: [
                ("lengkap".to_owned(), met.into()),
                ("layak".to_owned(), found.into()),
            ]
            .into(),
            reason: "Surat izin tidak ada.".to_owned(),
            ..Default::default()
        }),
        request_id: request_id(),
    }
}

fn announce() -> intake::AnnounceOutcomesRequest {
    intake::AnnounceOutcomesRequest {
        wave: "editions/contoh/waves/gelombang-1".to_owned(),
        request_id: request_id(),
    }
}

async fn outcome(world: &crate::testing::World, actor: &Actor, name: &str) -> intake::Outcome {
    let get = intake::GetSubmissionRequest {
        name: name.to_owned(),
    };
    world
        .submissions()
        .get_submission(as_actor(actor, get))
        .await
        .unwrap()
        .into_inner()
        .outcome()
}

#[tokio::test]
async fn a_decision_is_known_to_the_team_only_once_it_is_announced() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let screener = world.person("screener").await;
        let screener = world
            .grant(&chair, screener, Office::Screener, "contoh", "")
            .await;
        let (siti, team) = world.team("siti").await;
        let (budi, others) = world.team("budi").await;
        let good = world.sealed(&siti, "contoh", &team).await.submission;
        let bad = world.sealed(&budi, "contoh", &others).await.submission;
        let service = world.screenings();
        for (name, verdict) in [
            (&good, intake::ScreeningVerdict::Ineligible),
            (&good, intake::ScreeningVerdict::Eligible),
            (&bad, intake::ScreeningVerdict::Ineligible),
        ] {
            let request = as_actor(&screener, screening(name, verdict));
            let decided = service
                .record_screening(request)
                .await
                .unwrap()
                .into_inner();
            assert!(decided.decide_time.is_some() && decided.announce_time.is_none());
        }
        assert_eq!(
            outcome(&world, &siti, &good).await,
            intake::Outcome::Unspecified
        );
        assert_eq!(world.events("screening").await.len(), 3);

        let early = service
            .announce_outcomes(as_actor(&chair, announce()))
            .await;
        assert_eq!(
            refusal(early),
            (Code::FailedPrecondition, "WAVE_NOT_CLOSED".to_owned())
        );
        world.travel("2026-02-20T12:00:11+07:00");
        close_due(&world).await;
        let request = announce();
        let told = service
            .announce_outcomes(as_actor(&chair, request.clone()))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            (
                told.eligible_count,
                told.ineligible_count,
                told.needs_correction_count
            ),
            (1, 1, 0)
        );
        let again = service
            .announce_outcomes(as_actor(&chair, request))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(again, told);
        assert_eq!(
            outcome(&world, &siti, &good).await,
            intake::Outcome::Eligible
        );
        assert_eq!(
            outcome(&world, &budi, &bad).await,
            intake::Outcome::Ineligible
        );
        let announced = world.events("submission").await;
        assert_eq!(
            announced
                .iter()
                .filter(|(name, _)| name == "outcome_announced")
                .count(),
            2
        );

        let late = as_actor(
            &screener,
            screening(&good, intake::ScreeningVerdict::Ineligible),
        );
        let late = service.record_screening(late).await;
        assert_eq!(
            refusal(late),
            (Code::FailedPrecondition, "OUTCOME_ANNOUNCED".to_owned())
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_screens_without_the_office_here_nor_their_own_submission() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        world.open_edition("lain").await;
        let (siti, team) = world.team("siti").await;
        let sealed = world.sealed(&siti, "contoh", &team).await.submission;
        let service = world.screenings();
        let request = |actor: &Actor| {
            as_actor(
                actor,
                screening(&sealed, intake::ScreeningVerdict::Eligible),
            )
        };
        let denied = (Code::PermissionDenied, "OFFICE_REQUIRED".to_owned());
        assert_eq!(
            refusal(service.record_screening(request(&chair)).await),
            denied
        );
        let elsewhere = world.person("elsewhere").await;
        let elsewhere = world
            .grant(&chair, elsewhere, Office::Screener, "lain", "")
            .await;
        assert_eq!(
            refusal(service.record_screening(request(&elsewhere)).await),
            denied
        );
        let own = world
            .grant(
                &chair,
                siti.person().unwrap(),
                Office::Screener,
                "contoh",
                "",
            )
            .await;
        let own = refusal(service.record_screening(request(&own)).await);
        assert_eq!(own, (Code::PermissionDenied, "OWN_SUBMISSION".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn pending_screenings_are_listed_with_the_decided_ones() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        for local in ["siti", "budi", "eve"] {
            let (member, team) = world.team(local).await;
            world.sealed(&member, "contoh", &team).await;
        }
        let mut request = intake::ListScreeningsRequest {
            parent: "editions/contoh".to_owned(),
            page_size: 2,
            page_token: String::new(),
        };
        let first = world
            .screenings()
            .list_screenings(as_actor(&chair, request.clone()))
            .await;
        let first = first.unwrap().into_inner();
        assert_eq!(first.screenings.len(), 2);
        request.page_token = first.next_page_token;
        let second = world
            .screenings()
            .list_screenings(as_actor(&chair, request))
            .await;
        let second = second.unwrap().into_inner();
        assert_eq!(
            (second.screenings.len(), second.next_page_token.as_str()),
            (1, "")
        );
        assert_eq!(
            second.screenings[0].verdict(),
            intake::ScreeningVerdict::Unspecified
        );
    })
    .await;
}

fn new_challenge(region: &str) -> intake::CreateChallengeRequest {
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
        let mut answer = crate::testing::new_submission("contoh", &team);
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
