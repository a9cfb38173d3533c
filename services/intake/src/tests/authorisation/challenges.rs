//! The challenges of governments.

use futures::FutureExt as _;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::challenge_service_server::ChallengeService as _;

use crate::tests::world::{as_actor, request_id};

use super::{Rpc, call, done};

/// A challenge of Kota Kupang.
pub(super) fn challenge() -> intake::CreateChallengeRequest {
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

pub(super) fn rpcs() -> Vec<Rpc> {
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
