//! Everybody there is, and what there is to ask for.

use winner_platform::auth::Actor;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::challenge_service_server::ChallengeService as _;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;
use winner_proto::options::v1::Office;

use crate::tests::world::{World, as_actor, last, request_id};

use super::challenges::challenge;

/// Everybody there is, by name.
pub(super) struct Cast(pub(super) Vec<(&'static str, Actor)>);

/// What the RPCs are about.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) world: World,
    pub(super) team: String,
    pub(super) draft: intake::Submission,
    pub(super) sealed: String,
    pub(super) challenge: String,
    pub(super) judgeship: String,
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

pub(super) async fn set(world: World) -> (Stage, Cast) {
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
