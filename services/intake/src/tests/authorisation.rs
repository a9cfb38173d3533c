//! Who may do what: every RPC with a relation, by every office, here and elsewhere, held and revoked.
//!
//! The tokens claim what was once granted; the handlers look at what is held now. Whoever may not is
//! told `PERMISSION_DENIED` or `NOT_FOUND`, and nothing about what is there.

use std::collections::BTreeSet;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tonic::{Code, Response, Status};
use winner_platform::auth::Actor;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::challenge_service_server::ChallengeService as _;
use winner_proto::intake::v1::edition_service_server::EditionService as _;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;
use winner_proto::intake::v1::screening_service_server::ScreeningService as _;
use winner_proto::intake::v1::submission_service_server::SubmissionService as _;
use winner_proto::options::v1::Office;

use crate::fixtures::{at, definition};
use crate::testing::{
    OPEN, World, as_actor, in_world, last, new_submission, request_id, rupiah, submit_request,
    update,
};

/// Everybody there is, by name.
struct Cast(Vec<(&'static str, Actor)>);

/// What the RPCs are about.
#[derive(Clone)]
struct Stage {
    world: World,
    team: String,
    draft: intake::Submission,
    sealed: String,
    challenge: String,
    judgeship: String,
}

type Call = fn(Stage, Actor) -> BoxFuture<'static, Result<(), Status>>;

fn done<T>(answer: Result<Response<T>, Status>) -> Result<(), Status> {
    answer.map(drop)
}

macro_rules! call {
    (|$stage:ident, $actor:ident| $answer:expr) => {
        |$stage, $actor| async move { done($answer.await) }.boxed()
    };
}

async fn seat(
    world: &World,
    by: &Actor,
    name: &str,
    office: Office,
    edition: &str,
    scope: &str,
) -> Actor {
    let person = world.person(name).await;
    world.grant(by, person, office, edition, scope).await
}

/// The membership that a person holds last.
async fn held(world: &World, actor: &Actor) -> String {
    let me = intake::GetPersonRequest {
        name: "persons/me".to_owned(),
    };
    let person = world
        .identity()
        .get_person(as_actor(actor, me))
        .await
        .unwrap()
        .into_inner();
    person.memberships.last().unwrap().name.clone()
}

async fn revoke(world: &World, by: &Actor, actor: &Actor) {
    let request = intake::RevokeMembershipRequest {
        name: held(world, actor).await,
        request_id: request_id(),
    };
    world
        .identity()
        .revoke_membership(as_actor(by, request))
        .await
        .unwrap();
}

async fn set(world: World) -> (Stage, Cast) {
    let chair = world.open_edition("contoh").await;
    // A second edition with another chair: the admin's own office there goes.
    let there = world.open_edition("lain").await;
    let chair_there = seat(&world, &there, "chair-there", Office::Chair, "lain", "").await;
    let (member, team) = world.team("member").await;
    let (stranger, _) = world.team("stranger").await;
    let mut cast = vec![
        (
            "somebody",
            world.actor(world.person("somebody").await).await,
        ),
        ("member", member.clone()),
        ("member of another team", stranger),
        ("chair there", chair_there.clone()),
    ];
    for (name, office, scope) in [
        ("organiser", Office::Organiser, ""),
        ("screener", Office::Screener, ""),
        ("auditor", Office::Auditor, ""),
        ("official", Office::Official, "53.71"),
        ("neighbour", Office::Official, "53.01"),
        ("judge", Office::Judge, ""),
        ("mentor", Office::Mentor, ""),
    ] {
        cast.push((
            name,
            seat(&world, &chair, name, office, "contoh", scope).await,
        ));
    }
    for (name, office, scope) in [
        ("organiser there", Office::Organiser, ""),
        ("screener there", Office::Screener, ""),
        ("auditor there", Office::Auditor, ""),
        ("official there", Office::Official, "53.71"),
    ] {
        cast.push((
            name,
            seat(&world, &chair_there, name, office, "lain", scope).await,
        ));
    }
    for (name, office, scope) in [
        ("revoked chair", Office::Chair, ""),
        ("revoked organiser", Office::Organiser, ""),
        ("revoked screener", Office::Screener, ""),
        ("revoked auditor", Office::Auditor, ""),
        ("revoked official", Office::Official, "53.71"),
    ] {
        let actor = seat(&world, &chair, name, office, "contoh", scope).await;
        revoke(&world, &chair, &actor).await;
        cast.push((name, actor));
    }
    let gone = seat(
        &world,
        &member,
        "revoked member",
        Office::Member,
        "",
        &last(&team),
    )
    .await;
    revoke(&world, &member, &gone).await;
    cast.push(("revoked member", gone));
    let judge = cast
        .iter()
        .find(|(name, _)| *name == "judge")
        .unwrap()
        .1
        .clone();
    let official = cast
        .iter()
        .find(|(name, _)| *name == "official")
        .unwrap()
        .1
        .clone();
    let challenge = world
        .challenges()
        .create_challenge(as_actor(&official, challenge()))
        .await
        .unwrap();
    let stage = Stage {
        draft: world.complete_draft(&member, "contoh", &team).await,
        sealed: world.sealed(&member, "contoh", &team).await.submission,
        judgeship: held(&world, &judge).await,
        challenge: challenge.into_inner().name,
        team,
        world,
    };
    cast.push(("chair", chair));
    (stage, Cast(cast))
}

fn challenge() -> intake::CreateChallengeRequest {
    let text = crate::fixtures::text("Air keruh");
    intake::CreateChallengeRequest {
        parent: "editions/contoh".to_owned(),
        challenge: Some(intake::Challenge {
            region_code: "53.71".to_owned(),
            issue_id: "air-bersih".to_owned(),
            title: text.clone(),
            description: text.clone(),
            offer: text,
            capacity: 1,
            ..Default::default()
        }),
        challenge_id: String::new(),
        request_id: request_id(),
    }
}

async fn invite(stage: Stage, actor: Actor, office: Office, scope: &str) -> Result<(), Status> {
    let edition = if office == Office::Member {
        ""
    } else {
        "contoh"
    };
    stage
        .world
        .invite(&actor, office, edition, scope, "undangan@contoh.test")
        .await
        .map(drop)
}

const SECRETARIAT: [&str; 4] = ["auditor", "chair", "organiser", "screener"];

fn edition_rpcs() -> Vec<(&'static str, Vec<&'static str>, Call)> {
    vec![
        (
            "ApplyEditionVersion",
            vec!["chair", "organiser"],
            call!(|stage, actor| {
                let request = intake::ApplyEditionVersionRequest {
                    name: "editions/contoh".to_owned(),
                    definition: Some(definition("contoh")),
                    etag: "0".to_owned(),
                    request_id: request_id(),
                };
                async move {
                    stage
                        .world
                        .editions()
                        .apply_edition_version(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "OpenEdition",
            vec!["chair", "organiser"],
            call!(|stage, actor| {
                let name = "editions/contoh".to_owned();
                let request = intake::OpenEditionRequest {
                    name,
                    request_id: request_id(),
                };
                async move {
                    stage
                        .world
                        .editions()
                        .open_edition(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "GetEditionVersion",
            vec!["chair", "organiser", "auditor"],
            call!(|stage, actor| {
                let name = "editions/contoh/versions/1".to_owned();
                let request = intake::GetEditionVersionRequest { name };
                async move {
                    stage
                        .world
                        .editions()
                        .get_edition_version(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "CreateInvitation of a judge",
            vec!["chair", "organiser"],
            |stage, actor| invite(stage, actor, Office::Judge, "").boxed(),
        ),
        (
            "CreateInvitation of an official",
            vec!["chair", "organiser"],
            |stage, actor| invite(stage, actor, Office::Official, "53.71").boxed(),
        ),
        (
            "CreateInvitation of a screener",
            vec!["chair"],
            |stage, actor| invite(stage, actor, Office::Screener, "").boxed(),
        ),
        (
            "CreateInvitation of a chair",
            vec!["chair"],
            |stage, actor| invite(stage, actor, Office::Chair, "").boxed(),
        ),
        (
            "CreateInvitation of a member",
            vec!["member"],
            |stage, actor| {
                let scope = last(&stage.team);
                async move { invite(stage, actor, Office::Member, &scope).await }.boxed()
            },
        ),
        (
            "ListMemberships",
            vec!["chair", "organiser", "auditor"],
            call!(|stage, actor| {
                let parent = "editions/contoh".to_owned();
                let request = intake::ListMembershipsRequest {
                    parent,
                    ..Default::default()
                };
                async move {
                    stage
                        .world
                        .identity()
                        .list_memberships(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "RevokeMembership of a judge",
            vec!["chair"],
            call!(|stage, actor| {
                let name = stage.judgeship.clone();
                let request = intake::RevokeMembershipRequest {
                    name,
                    request_id: request_id(),
                };
                async move {
                    stage
                        .world
                        .identity()
                        .revoke_membership(as_actor(&actor, request))
                        .await
                }
            }),
        ),
    ]
}

fn challenge_rpcs() -> Vec<(&'static str, Vec<&'static str>, Call)> {
    vec![
        (
            "CreateChallenge",
            vec!["official"],
            call!(|stage, actor| {
                async move {
                    stage
                        .world
                        .challenges()
                        .create_challenge(as_actor(&actor, challenge()))
                        .await
                }
            }),
        ),
        (
            "GetChallenge of a draft",
            vec!["official"],
            call!(|stage, actor| {
                let request = intake::GetChallengeRequest {
                    name: stage.challenge.clone(),
                };
                async move {
                    stage
                        .world
                        .challenges()
                        .get_challenge(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "UpdateChallenge",
            vec!["official"],
            call!(|stage, actor| {
                let changed = intake::Challenge {
                    name: stage.challenge.clone(),
                    capacity: 2,
                    etag: "1".to_owned(),
                    ..Default::default()
                };
                let request = intake::UpdateChallengeRequest {
                    challenge: Some(changed),
                    update_mask: Some(pbjson_types::FieldMask {
                        paths: vec!["capacity".to_owned()],
                    }),
                    request_id: request_id(),
                };
                async move {
                    stage
                        .world
                        .challenges()
                        .update_challenge(as_actor(&actor, request))
                        .await
                }
            }),
        ),
        (
            "PublishChallenge",
            vec!["official"],
            call!(|stage, actor| {
                let name = stage.challenge.clone();
                let request = intake::PublishChallengeRequest {
                    name,
                    request_id: request_id(),
                };
                async move {
                    stage
                        .world
                        .challenges()
                        .publish_challenge(as_actor(&actor, request))
                        .await
                }
            }),
        ),
    ]
}

fn submission_rpcs() -> Vec<(&'static str, Vec<&'static str>, Call)> {
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

async fn check(rpcs: Vec<(&'static str, Vec<&'static str>, Call)>, world: World) {
    let (stage, Cast(cast)) = set(world).await;
    for (rpc, allowed, call) in rpcs {
        let allowed: BTreeSet<_> = allowed.into_iter().collect();
        for (name, actor) in &cast {
            let answer = call(stage.clone(), actor.clone()).await;
            let code = answer.err().map_or(Code::Ok, |status| status.code());
            let refused = matches!(code, Code::PermissionDenied | Code::NotFound);
            assert_eq!(
                !refused,
                allowed.contains(name),
                "{rpc} by {name}: {code:?}"
            );
            assert_ne!(code, Code::Internal, "{rpc} by {name}");
        }
    }
}

#[tokio::test]
async fn an_edition_is_run_by_its_own_offices_while_they_are_held() {
    in_world(|world| check(edition_rpcs(), world)).await;
}

#[tokio::test]
async fn a_challenge_is_its_own_governments_until_it_is_published() {
    in_world(|world| check(challenge_rpcs(), world)).await;
}

#[tokio::test]
async fn a_submission_is_its_own_teams_and_once_sealed_its_secretariats() {
    in_world(|world| check(submission_rpcs(), world)).await;
}
