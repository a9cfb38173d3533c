use std::time::Duration;

use tonic::Code;
use tonic_health::pb::health_client::HealthClient;

use crate::error::details;
use crate::grpc::GrpcConfig;
use crate::grpc::testing::{OPEN, request, value, world};

#[tokio::test]
async fn a_panic_is_an_internal_error_that_tells_nothing_and_the_server_lives_on() {
    let world = world(OPEN, GrpcConfig::default()).await;
    let failed = world.order("panic secret").await.unwrap_err();
    assert_eq!(failed.code(), Code::Internal);
    assert!(!format!("{failed:?}").contains("secret"), "{failed:?}");
    assert!(world.order("who").await.is_ok());
}

#[tokio::test]
async fn an_internal_cause_does_not_reach_the_caller() {
    let world = world(OPEN, GrpcConfig::default()).await;
    let failed = world.order("fail password=secret").await.unwrap_err();
    assert_eq!(failed.code(), Code::Internal);
    assert_eq!(details(&failed).error_info().unwrap().reason, "INTERNAL");
    assert!(!format!("{failed:?}").contains("secret"), "{failed:?}");
}

#[tokio::test]
async fn one_too_many_is_shed_and_told_when_to_try_again() {
    let config = GrpcConfig {
        max_concurrent_requests: 1,
        ..GrpcConfig::default()
    };
    let world = world(OPEN, config).await;
    let (first, second) = tokio::join!(world.order("sleep 1000"), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        world.order("who").await
    });
    assert!(first.is_ok());
    let shed = second.unwrap_err();
    assert_eq!(shed.code(), Code::ResourceExhausted);
    let details = details(&shed);
    assert_eq!(details.error_info().unwrap().reason, "OVERLOADED");
    assert_eq!(
        details.retry_info().unwrap().retry_delay,
        Some(Duration::from_secs(1))
    );
    assert!(world.order("who").await.is_ok());
}

#[tokio::test]
async fn an_address_cannot_flood_what_needs_no_token() {
    let config = GrpcConfig {
        public_requests_per_second: 1,
        ..GrpcConfig::default()
    };
    let world = world(OPEN, config).await;
    let mut refused = None;
    for _ in 0..10 {
        refused = world.order("who").await.err().or(refused);
    }
    assert_eq!(
        details(&refused.unwrap()).error_info().unwrap().reason,
        "TOO_MANY_REQUESTS"
    );
}

#[tokio::test]
async fn a_request_that_is_too_large_is_refused() {
    let config = GrpcConfig {
        max_request_bytes: 1_000,
        ..GrpcConfig::default()
    };
    let world = world(OPEN, config).await;
    assert!(world.order(&"x".repeat(900)).await.is_ok());
    let refused = world.order(&"x".repeat(1_100)).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted, "{refused:?}");
    assert_eq!(
        details(&refused).error_info().unwrap().reason,
        "REQUEST_TOO_LARGE"
    );
}

#[tokio::test]
async fn the_servers_own_limit_ends_a_request_whose_caller_would_wait() {
    let config = GrpcConfig {
        max_request_ms: 100,
        ..GrpcConfig::default()
    };
    let world = world(OPEN, config).await;
    let late = world.order("sleep 2000").await.unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn the_callers_deadline_reaches_the_handler_and_ends_it() {
    let world = world(OPEN, GrpcConfig::default()).await;
    let mut brief = request("who");
    brief.set_timeout(Duration::from_secs(2));
    let answer = world.send(brief).await.unwrap();
    let left: u64 = value(&answer, "left-ms").parse().unwrap();
    assert!((1_000..2_000).contains(&left), "{left}");

    // Sent as a bare header, so that only the server looks at it.
    let mut client =
        HealthClient::with_interceptor(world.channel(), |mut request: tonic::Request<()>| {
            request
                .metadata_mut()
                .insert("grpc-timeout", "100m".parse().unwrap());
            Ok(request)
        });
    let late = client.check(request("sleep 2000")).await.unwrap_err();
    assert!(
        matches!(late.code(), Code::DeadlineExceeded | Code::Cancelled),
        "{late:?}"
    );
}

#[tokio::test]
async fn a_method_nobody_answers_is_unimplemented() {
    let world = world(OPEN, GrpcConfig::default()).await;
    let mut grpc = tonic::client::Grpc::new(world.channel());
    grpc.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static("/grpc.health.v1.Health/Unknown");
    let codec = tonic_prost::ProstCodec::<_, tonic_health::pb::HealthCheckResponse>::default();
    let refused = grpc.unary(request("who"), path, codec).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unimplemented);
}

#[tokio::test]
async fn both_reflections_describe_the_service() {
    use tonic_reflection::pb::{v1, v1alpha};
    let world = world(OPEN, GrpcConfig::default()).await;

    let ask = v1::ServerReflectionRequest {
        message_request: Some(v1::server_reflection_request::MessageRequest::ListServices(
            String::new(),
        )),
        ..Default::default()
    };
    let mut client = v1::server_reflection_client::ServerReflectionClient::new(world.channel());
    let mut answers = client
        .server_reflection_info(tokio_stream::once(ask))
        .await
        .unwrap()
        .into_inner();
    let answer = format!("{:?}", answers.message().await.unwrap().unwrap());
    assert!(answer.contains("grpc.health.v1.Health"), "{answer}");

    let ask = v1alpha::ServerReflectionRequest {
        message_request: Some(
            v1alpha::server_reflection_request::MessageRequest::ListServices(String::new()),
        ),
        ..Default::default()
    };
    let mut client =
        v1alpha::server_reflection_client::ServerReflectionClient::new(world.channel());
    let mut answers = client
        .server_reflection_info(tokio_stream::once(ask))
        .await
        .unwrap()
        .into_inner();
    let answer = format!("{:?}", answers.message().await.unwrap().unwrap());
    assert!(answer.contains("grpc.health.v1.Health"), "{answer}");
}
