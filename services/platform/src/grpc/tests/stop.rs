use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tonic::Code;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::clock::Clock;
use crate::grpc::client::{self, PeerConfig};
use crate::grpc::testing::{OFFICES, OPEN, STAMPED, request, start, value, world, world_with};
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
        tokio::spawn(async move { world.order("sleep 1500").await })
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
    let world = world_with(OPEN, quick(), readiness, Clock::manual(start())).await;
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

#[tokio::test]
async fn without_a_settled_clock_it_is_not_ready_and_stamps_nothing() {
    let pool = sqlx::PgPool::connect_lazy("postgres://nobody@127.0.0.1:1/none").unwrap();
    let clock = Clock::unsampled(&pool);
    let world = world_with(STAMPED, quick(), Readiness::new(), clock).await;
    pause().await;
    assert_eq!(
        world.probe("readiness").await.unwrap(),
        ServingStatus::NotServing
    );
    assert_eq!(
        world.order("who").await.unwrap_err().code(),
        Code::Unavailable
    );
}

#[tokio::test]
async fn an_old_connection_goes_and_what_it_carries_is_answered() {
    let config = GrpcConfig {
        max_connection_age_ms: 200,
        ..quick()
    };
    let world = world(OPEN, config).await;
    let mut client = HealthClient::new(world.channel());
    for _ in 0..4 {
        assert!(client.check(request("sleep 300")).await.is_ok());
    }
}

#[tokio::test]
async fn tls_is_spoken_where_it_is_configured_and_probes_stay_plain() {
    let data = |name: &str| {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("testdata")
            .join(name)
    };
    let config = GrpcConfig {
        tls_certificate_file: Some(data("server.pem")),
        tls_key_file: Some(data("server-key.pem")),
        ..quick()
    };
    let world = world(OFFICES, config).await;
    let port = world.url.rsplit(':').next().unwrap();
    let peer = |ca_file| PeerConfig {
        url: format!("https://localhost:{port}"),
        ca_file,
        connect_timeout_ms: 1_000,
        timeout_ms: 2_000,
        balance: crate::grpc::Balance::Off,
    };
    let trusting = peer(Some(data("authority.pem")));
    let channel = client::channel(&trusting, world.alpha.clone(), "beta").unwrap();
    let answer = HealthClient::new(channel)
        .check(request("who"))
        .await
        .unwrap();
    assert_eq!(value(answer.metadata(), "actor"), "service:alpha");

    let channel = client::channel(&peer(None), world.alpha.clone(), "beta").unwrap();
    assert!(
        HealthClient::new(channel)
            .check(request("who"))
            .await
            .is_err(),
        "no authority"
    );
    assert!(world.order("who").await.is_err(), "no TLS");
    assert_eq!(world.probe("").await.unwrap(), ServingStatus::Serving);
}
