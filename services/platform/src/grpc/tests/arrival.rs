use std::sync::Arc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use http_body_util::StreamBody;
use prost::Message;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tower::{Service, ServiceExt};

use crate::error::details;
use crate::grpc::testing::{CHECK, STAMPED, World, start, value, world};
use crate::grpc::{GrpcConfig, MAX_STAMPED_BODY};

/// A request as it goes over the wire.
fn framed(order: &str) -> Bytes {
    let message = HealthCheckRequest {
        service: order.to_owned(),
    }
    .encode_to_vec();
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).unwrap());
    frame.put_slice(&message);
    frame.freeze()
}

/// A request whose body is sent piece by piece.
struct Slow {
    pieces: mpsc::UnboundedSender<Bytes>,
    answer: tokio::task::JoinHandle<http::Response<Body>>,
}

fn slow(world: &World) -> Slow {
    let (pieces, receiver) = mpsc::unbounded_channel::<Bytes>();
    let frames = UnboundedReceiverStream::new(receiver)
        .map(|piece| Ok::<_, Status>(http_body::Frame::data(piece)));
    let request = http::Request::post(format!("{}{CHECK}", world.url))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(Body::new(StreamBody::new(frames)))
        .unwrap();
    let mut channel = world.channel();
    let answer =
        tokio::spawn(async move { channel.ready().await.unwrap().call(request).await.unwrap() });
    Slow { pieces, answer }
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

fn code(response: &http::Response<Body>) -> Code {
    Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code())
}

#[tokio::test]
async fn the_last_byte_is_what_arrives() {
    let world = world(STAMPED, GrpcConfig::default()).await;
    let request = slow(&world);
    let bytes = framed("who");
    request.pieces.send(bytes.slice(..4)).unwrap();
    pause().await;
    world.clock.advance(Duration::from_mins(1));
    request.pieces.send(bytes.slice(4..)).unwrap();
    pause().await;
    // The end of the stream comes later than its last byte and does not count.
    world.clock.advance(Duration::from_mins(1));
    drop(request.pieces);
    let response = request.answer.await.unwrap();
    let arrived = response.headers()["arrived"].to_str().unwrap();
    assert_eq!(
        arrived,
        start()
            .checked_add(Duration::from_mins(1))
            .unwrap()
            .to_string()
    );
}

#[tokio::test]
async fn a_method_that_does_not_stamp_has_no_arrival() {
    let world = world(crate::grpc::testing::OPEN, GrpcConfig::default()).await;
    assert!(world.order("who").await.unwrap().get("arrived").is_none());
}

#[tokio::test]
async fn load_delays_a_complete_request_and_neither_sheds_nor_restamps_it() {
    let config = GrpcConfig {
        max_concurrent_stamped: 1,
        max_concurrent_requests: 1,
        ..GrpcConfig::default()
    };
    let world = Arc::new(world(STAMPED, config).await);
    let orders: Vec<_> = (0..8)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.order("sleep 250").await })
        })
        .collect();
    // Long enough for all to come in, too short for all to be answered.
    tokio::time::sleep(Duration::from_secs(1)).await;
    world.clock.advance(Duration::from_hours(1));
    for order in orders {
        let answer = order.await.unwrap().unwrap();
        assert_eq!(value(&answer, "arrived"), start().to_string());
    }
}

#[tokio::test]
async fn when_the_queue_is_full_only_what_has_not_been_read_is_shed() {
    let config = GrpcConfig {
        max_concurrent_stamped: 1,
        // Room for one body of the largest size and a little.
        arrival_queue_bytes: MAX_STAMPED_BODY + 1_000,
        arrival_read_ms: 300,
        ..GrpcConfig::default()
    };
    let world = Arc::new(world(STAMPED, config).await);
    let order = |order: String| {
        let world = Arc::clone(&world);
        tokio::spawn(async move { world.order(&order).await })
    };
    let worked_on = order("sleep 2000".to_owned());
    tokio::time::sleep(Duration::from_millis(400)).await;
    let waiting = order("x".repeat(2_000));
    tokio::time::sleep(Duration::from_millis(400)).await;
    // Both are complete; what they hold leaves too little room for the body of another.
    let shed = world.order("who").await.unwrap_err();
    assert_eq!(shed.code(), Code::ResourceExhausted);
    let details = details(&shed);
    assert_eq!(details.error_info().unwrap().reason, "ARRIVAL_QUEUE_FULL");
    assert!(details.retry_info().is_some());
    assert!(worked_on.await.unwrap().is_ok());
    assert!(
        waiting.await.unwrap().is_ok(),
        "a complete request is answered, if late"
    );
    assert!(world.order("who").await.is_ok(), "there is room again");
}

#[tokio::test]
async fn a_body_that_dribbles_is_shed_and_gives_its_room_back() {
    let config = GrpcConfig {
        arrival_queue_bytes: MAX_STAMPED_BODY,
        arrival_read_ms: 200,
        ..GrpcConfig::default()
    };
    let world = world(STAMPED, config).await;
    let request = slow(&world);
    request.pieces.send(framed("who").slice(..4)).unwrap();
    let response = request.answer.await.unwrap();
    assert_eq!(code(&response), Code::ResourceExhausted);
    assert!(world.order("who").await.is_ok());
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let world = world(STAMPED, GrpcConfig::default()).await;
    assert!(
        world
            .order(&"x".repeat(MAX_STAMPED_BODY - 100))
            .await
            .is_ok()
    );
    let refused = world
        .order(&"x".repeat(MAX_STAMPED_BODY))
        .await
        .unwrap_err();
    assert_eq!(
        details(&refused).error_info().unwrap().reason,
        "REQUEST_TOO_LARGE"
    );
}

#[tokio::test]
async fn a_client_that_goes_away_gives_its_room_back() {
    let config = GrpcConfig {
        arrival_queue_bytes: MAX_STAMPED_BODY,
        arrival_read_ms: 2_000,
        ..GrpcConfig::default()
    };
    let world = world(STAMPED, config).await;
    let request = slow(&world);
    request.pieces.send(framed("who").slice(..4)).unwrap();
    pause().await;
    request.answer.abort();
    let started = std::time::Instant::now();
    assert!(world.order("who").await.is_ok());
    assert!(
        started.elapsed() < Duration::from_millis(1_500),
        "{:?}",
        started.elapsed()
    );
}
