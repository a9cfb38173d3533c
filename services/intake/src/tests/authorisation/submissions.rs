//! Submissions, their teams and their screening.

use futures::FutureExt as _;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;
use winner_proto::intake::v1::screening_service_server::ScreeningService as _;
use winner_proto::intake::v1::submission_service_server::SubmissionService as _;

use crate::fixtures::at;
use crate::tests::world::{
    OPEN, as_actor, new_submission, request_id, rupiah, submit_request, update,
};

use super::{Rpc, SECRETARIAT, call, done};

pub(super) fn rpcs() -> Vec<Rpc> {
    let team_and_secretariat = || [&["member"][..], &SECRETARIAT].concat();
    vec![
        (
            "GetOrganisation",
            team_and_secretariat(),
            call!(|stage, actor| {
                let request = intake::GetOrganisationRequest {
                    name: stage.team.clone(),
                };
                async move {
                    stage
                        .world
                        .identity()
                        .get_organisation(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "CreateSubmission",
            vec!["member"],
            call!(|stage, actor| {
                let request = new_submission("contoh", &stage.team);
                async move {
                    stage
                        .world
                        .submissions()
                        .create_submission(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "UpdateSubmission",
            vec!["member"],
            call!(|stage, actor| {
                let request = update(&stage.draft.name, &[("biaya", rupiah(1))], 1);
                async move {
                    stage
                        .world
                        .submissions()
                        .update_submission(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "GetSubmission of a draft",
            vec!["member"],
            call!(|stage, actor| {
                let request = intake::GetSubmissionRequest {
                    name: stage.draft.name.clone(),
                };
                async move {
                    stage
                        .world
                        .submissions()
                        .get_submission(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        ("Submit", vec!["member"], |stage, actor| {
            let request = submit_request(&stage.draft);
            async move {
                stage
                    .world
                    .submit(&actor, request, at(OPEN))
                    .await
                    .map(drop)
            }
            .boxed()
        }),
        (
            "WithdrawSubmission",
            vec!["member"],
            call!(|stage, actor| {
                let name = stage.draft.name.clone();
                let request = intake::WithdrawSubmissionRequest {
                    name,
                    request_id: request_id(),
                };
                async move {
                    stage
                        .world
                        .submissions()
                        .withdraw_submission(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "GetSubmission once sealed",
            team_and_secretariat(),
            call!(|stage, actor| {
                let request = intake::GetSubmissionRequest {
                    name: stage.sealed.clone(),
                };
                async move {
                    stage
                        .world
                        .submissions()
                        .get_submission(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "RecordScreening",
            vec!["screener"],
            call!(|stage, actor| {
                let met = intake::CriterionFinding::Met;
                let screening = intake::Screening {
                    name: format!("{}/screening", stage.sealed),
                    submission_version: 1,
                    verdict: intake::ScreeningVerdict::Eligible.into(),
                    findings: ["lengkap", "layak"]
                        .map(|id| (id.to_owned(), met.into()))
                        .into(),
                    ..Default::default()
                };
                let request = intake::RecordScreeningRequest {
                    screening: Some(screening),
                    request_id: request_id(),
                };
                async move {
                    stage
                        .world
                        .screenings()
                        .record_screening(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "ListScreenings",
            SECRETARIAT.to_vec(),
            call!(|stage, actor| {
                let parent = "editions/contoh".to_owned();
                let request = intake::ListScreeningsRequest {
                    parent,
                    ..Default::default()
                };
                async move {
                    stage
                        .world
                        .screenings()
                        .list_screenings(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "AnnounceOutcomes",
            vec!["chair", "organiser"],
            call!(|stage, actor| {
                let wave = "editions/contoh/waves/gelombang-1".to_owned();
                let request = intake::AnnounceOutcomesRequest {
                    wave,
                    request_id: request_id(),
                };
                async move {
                    stage
                        .world
                        .screenings()
                        .announce_outcomes(as_actor(&actor, request))
                        .await
                }
            }),
        ),
    ]
}
