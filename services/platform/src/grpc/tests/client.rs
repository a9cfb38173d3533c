use std::time::{Duration, Instant};

use tonic::{Code, Request, Status};
use tonic_health::pb::health_client::HealthClient;
use tracing::Instrument;
use uuid::Uuid;

use crate::grpc::GrpcConfig;
use crate::grpc::client::{AuthorisedChannel, Balance, OnBehalfOf, PeerConfig, channel};
use crate::grpc::testing::{OFFICES, World, request, value, world};
use crate::telemetry;

fn peer(url: &str) -> PeerConfig {
    PeerConfig {
        url: url.to_owned(),
        ca_file: None,
        connect_timeout_ms: 200,
        timeout_ms: 500,
        balance: Balance::Off,
    }
}

fn alpha(world: &World) -> HealthClient<AuthorisedChannel> {
    HealthClient::new(channel(&peer(&world.url), world.alpha.clone(), "beta").unwrap())
}

#[tokio::test]
async fn a_service_calls_another_in_its_own_name_and_for_a_person() {
    let world = world(OFFICES, GrpcConfig::default()).await;
    let mut client = alpha(&world);
    let answer = client.check(request("who")).await.unwrap();
    assert_eq!(value(answer.metadata(), "actor"), "service:alpha");

    let person = Uuid::from_u128(7);
    let mut for_person = request("who");
    for_person.extensions_mut().insert(OnBehalfOf(person));
    let answer = client.check(for_person).await.unwrap();
    assert_eq!(
        value(answer.metadata(), "actor"),
        format!("service:alpha:{person}")
    );
}

#[tokio::test]
async fn a_call_ends_when_its_time_is_over() {
    let world = world(OFFICES, GrpcConfig::default()).await;
    let started = Instant::now();
    let late = alpha(&world)
        .check(request("sleep 5000"))
        .await
        .unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded);
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn the_callers_shorter_deadline_holds_and_is_passed_on() {
    let world = world(OFFICES, GrpcConfig::default()).await;
    let mut brief = request("who");
    brief.set_timeout(Duration::from_millis(300));
    let answer = alpha(&world).check(brief).await.unwrap();
    let left: u64 = value(answer.metadata(), "left-ms").parse().unwrap();
    assert!(left < 300, "{left}");
}

#[tokio::test]
async fn a_peer_that_is_away_is_unavailable_and_found_when_it_comes() {
    let away = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let world = world(OFFICES, GrpcConfig::default()).await;
    let url = format!("http://{away}");
    let mut client = HealthClient::new(channel(&peer(&url), world.alpha.clone(), "beta").unwrap());
    let refused = client.check(request("who")).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable, "{refused:?}");
    assert!(alpha(&world).check(request("who")).await.is_ok());
}

#[tokio::test]
async fn a_token_that_is_there_is_kept() {
    let world = world(OFFICES, GrpcConfig::default()).await;
    let channel = channel(&peer(&world.url), world.alpha.clone(), "beta").unwrap();
    let mut client = HealthClient::with_interceptor(channel, |mut request: Request<()>| {
        request
            .metadata_mut()
            .insert("authorization", "Bearer for.ged.token".parse().unwrap());
        Ok::<_, Status>(request)
    });
    assert_eq!(
        client.check(request("who")).await.unwrap_err().code(),
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn the_trace_goes_on_in_the_service_that_is_called() {
    telemetry::testing::trace();
    let world = world(OFFICES, GrpcConfig::default()).await;
    let mut client = alpha(&world);
    let work = async {
        let here = telemetry::current_traceparent().unwrap();
        let answer = client.check(request("who")).await.unwrap();
        (here, value(answer.metadata(), "traceparent").to_owned())
    };
    let (here, there) = work.instrument(tracing::info_span!("work")).await;
    let trace = |traceparent: &str| traceparent.split('-').nth(1).unwrap().to_owned();
    assert_eq!(trace(&here), trace(&there));
    assert_ne!(here, there);
}
