//! Requests take effect once.

use prost::Message as _;
use serde_json::json;
use winner_messaging::{Claim, Origin, RequestError};

use crate::support::{CrateMoved, World};

/// Moves a crate as the answer to a request; says the answer, and whether it was given before.
async fn ask(world: &World, id: &str, to: &str) -> Result<(CrateMoved, bool), RequestError> {
    let mut unit = world.depot.begin(Origin::request(id)).await?;
    let request = json!({ "requestId": id, "to": to });
    match unit
        .claim_request("person:1", "/depot/Move", id, &request)
        .await?
    {
        Claim::Replayed(bytes) => Ok((CrateMoved::decode(bytes.as_slice()).unwrap(), true)),
        Claim::Fresh(guard) => {
            let answer = CrateMoved { to: to.to_owned() };
            unit.append("a", None, &answer).await.unwrap();
            unit.complete_request(guard, &answer).await?;
            unit.commit().await?;
            Ok((answer, false))
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_equal_requests_at_the_same_time_one_takes_effect_and_all_get_its_answer() {
    let Some(world) = World::open().await else {
        return;
    };
    let answers = futures::future::join_all((0..10).map(|_| ask(&world, "r1", "x"))).await;
    let answers: Vec<(CrateMoved, bool)> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|(_, replayed)| !replayed).count(), 1);
    assert!(answers.iter().all(|(answer, _)| answer.to == "x"));
    assert_eq!(
        world
            .number(&world.depot, "select count(*) from outbox")
            .await,
        1
    );
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_id_with_another_body_is_an_error_even_at_the_same_time() {
    let Some(world) = World::open().await else {
        return;
    };
    let (one, other) = tokio::join!(ask(&world, "r1", "x"), ask(&world, "r1", "y"));
    let refused: Vec<RequestError> = [one, other].into_iter().filter_map(Result::err).collect();
    assert!(
        matches!(refused.as_slice(), [RequestError::DifferentBody(id)] if id == "r1"),
        "{refused:?}"
    );
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_failed_may_be_tried_again_with_its_id() {
    let Some(world) = World::open().await else {
        return;
    };
    let mut unit = world.depot.begin(Origin::request("r1")).await.unwrap();
    let claim = unit
        .claim_request(
            "person:1",
            "/depot/Move",
            "r1",
            &json!({ "to": "elsewhere" }),
        )
        .await
        .unwrap();
    assert!(matches!(claim, Claim::Fresh(_)));
    drop(unit);
    assert_eq!(ask(&world, "r1", "x").await.unwrap().0.to, "x");
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_different_callers_do_not_meet() {
    let Some(world) = World::open().await else {
        return;
    };
    ask(&world, "r1", "x").await.unwrap();
    let mut unit = world.depot.begin(Origin::request("r1")).await.unwrap();
    let claim = unit
        .claim_request("person:2", "/depot/Move", "r1", &json!({ "to": "y" }))
        .await
        .unwrap();
    assert!(matches!(claim, Claim::Fresh(_)));
    drop(unit);
    world.close().await;
}
