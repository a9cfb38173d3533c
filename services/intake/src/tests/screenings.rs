//! Screening.

use tonic::Code;
use winner_platform::auth::Actor;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::screening_service_server::ScreeningService as _;
use winner_proto::intake::v1::submission_service_server::SubmissionService as _;
use winner_proto::options::v1::Office;

use super::closing::close_due;
use crate::tests::world::{as_actor, in_world, refusal, request_id};

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

async fn outcome(world: &crate::tests::world::World, actor: &Actor, name: &str) -> intake::Outcome {
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
