//! Who may do what: every RPC with a relation, by every office, here and elsewhere, held and revoked.
//!
//! The tokens claim what was once granted; the handlers look at what is held now. Whoever may not is
//! told `PERMISSION_DENIED` or `NOT_FOUND`, and nothing about what is there.

mod cast;
mod challenges;
mod editions;
mod submissions;

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use tonic::{Code, Response, Status};
use winner_platform::auth::Actor;

use self::cast::{Cast, Stage, set};
use crate::tests::world::{World, in_world};

/// One RPC: its name, who may call it, and the call.
type Rpc = (&'static str, Vec<&'static str>, Call);
type Call = fn(Stage, Actor) -> BoxFuture<'static, Result<(), Status>>;

fn done<T>(answer: Result<Response<T>, Status>) -> Result<(), Status> {
    answer.map(drop)
}

macro_rules! call {
    (|$stage:ident, $actor:ident| $answer:expr) => {
        |$stage, $actor| async move { done($answer.await) }.boxed()
    };
}

use call;

const SECRETARIAT: [&str; 4] = ["auditor", "chair", "organiser", "screener"];

async fn check(rpcs: Vec<Rpc>, world: World) {
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
    in_world(|world| check(editions::rpcs(), world)).await;
}

#[tokio::test]
async fn a_challenge_is_its_own_governments_until_it_is_published() {
    in_world(|world| check(challenges::rpcs(), world)).await;
}

#[tokio::test]
async fn a_submission_is_its_own_teams_and_once_sealed_its_secretariats() {
    in_world(|world| check(submissions::rpcs(), world)).await;
}
