use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tonic::Code;
use tonic_health::pb::health_check_response::ServingStatus;

use crate::grpc::testing::{OPEN, world, world_with};
use crate::grpc::{GrpcConfig, Readiness};

fn quick() -> GrpcConfig {
    GrpcConfig {
        readiness_interval_ms: 20,
        ..GrpcConfig::default()
    }
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

#[tokio::test]
async fn what_is_being_answered_when_the_process_stops_is_answered() {
    let world = Arc::new(world(OPEN, quick()).await);
    let order = {
        let world = Arc::clone(&world);
        tokio::spawn(async move { world.order("sleep 400").await })
    };
    pause().await;
    world.shutdown.soft.cancel();
    pause().await;
    assert_eq!(
        world.probe("readiness").await.unwrap(),
        ServingStatus::NotServing
    );
    assert_eq!(
        world.probe("").await.unwrap(),
        ServingStatus::Serving,
        "it still lives"
    );
    let refused = world.order("who").await.unwrap_err();
    assert_eq!(
        refused.code(),
        Code::Unavailable,
        "no new connection is taken"
    );
    assert!(order.await.unwrap().is_ok());
    let world = Arc::into_inner(world).unwrap();
    assert!(matches!(world.served.await, Ok(Ok(()))));
}

#[tokio::test]
async fn the_hard_stop_cancels_what_is_still_worked_on() {
    let world = Arc::new(world(OPEN, quick()).await);
    let order = {
        let world = Arc::clone(&world);
        tokio::spawn(async move { world.order("sleep 60000").await })
    };
    pause().await;
    world.shutdown.soft.cancel();
    pause().await;
    world.shutdown.hard.cancel();
    assert_eq!(order.await.unwrap().unwrap_err().code(), Code::Cancelled);
    let world = Arc::into_inner(world).unwrap();
    assert!(matches!(world.served.await, Ok(Ok(()))));
}

#[tokio::test]
async fn readiness_follows_its_checks_and_liveness_does_not() {
    let well = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&well);
    let readiness = Readiness::new().require("database", move || {
        let well = seen.load(Ordering::SeqCst);
        async move { if well { Ok(()) } else { Err("away") } }
    });
    assert_eq!(
        readiness.check().await.unwrap_err().to_string(),
        "database: away"
    );
    let world = world_with(OPEN, quick(), readiness).await;
    pause().await;
    assert_eq!(
        world.probe("readiness").await.unwrap(),
        ServingStatus::NotServing
    );
    assert_eq!(world.probe("").await.unwrap(), ServingStatus::Serving);
    well.store(true, Ordering::SeqCst);
    pause().await;
    assert_eq!(
        world.probe("readiness").await.unwrap(),
        ServingStatus::Serving
    );
    well.store(false, Ordering::SeqCst);
    pause().await;
    assert_eq!(
        world.probe("readiness").await.unwrap(),
        ServingStatus::NotServing
    );
}

#[tokio::test]
async fn a_server_whose_rpcs_have_no_policy_does_not_start() {
    let world = world(&[], quick()).await;
    let ended = world.served.await.unwrap();
    assert!(
        ended
            .unwrap_err()
            .to_string()
            .contains("no policy for /grpc.health.v1.Health/Check")
    );
}
