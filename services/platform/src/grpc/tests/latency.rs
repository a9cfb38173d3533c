//! How soon an answer leaves.

use std::time::Duration;

use tokio::time::Instant;
use tonic_health::pb::health_client::HealthClient;

use crate::grpc::GrpcConfig;
use crate::grpc::testing::{OPEN, request, world};

/// TCP by itself holds a small answer back until the one before it is acknowledged, which takes 40 ms.
#[tokio::test]
async fn an_answer_does_not_wait_until_the_one_before_is_acknowledged() {
    let config = GrpcConfig {
        public_requests_per_second: 1_000,
        ..GrpcConfig::default()
    };
    let world = world(OPEN, config).await;
    let client = HealthClient::new(world.channel());
    let call = async |order: &str| {
        let began = Instant::now();
        client.clone().check(request(order)).await.unwrap();
        began.elapsed()
    };
    let mut held_back = 0;
    // The kernel acknowledges the first segments of a connection at once: only later calls tell.
    for turn in 0..40 {
        let (_first, second) = tokio::join!(call("sleep 5"), call("sleep 10"));
        held_back += usize::from(turn >= 20 && second > Duration::from_millis(45));
    }
    // A busy machine may be late with one; TCP would be late with most.
    assert!(held_back < 7, "{held_back} of 20");
}
