//! The rules and the offices of an edition.

use futures::FutureExt as _;
use tonic::Status;
use winner_platform::auth::Actor;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_server::EditionService as _;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;
use winner_proto::options::v1::Office;

use crate::fixtures::definition;
use crate::tests::world::{as_actor, last, request_id};

use super::{Rpc, Stage, call, done};

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

pub(super) fn rpcs() -> Vec<Rpc> {
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
