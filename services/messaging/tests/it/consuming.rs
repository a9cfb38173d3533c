//! Each event takes effect once, in the order of its aggregate, whatever is delivered.

use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use winner_messaging::Origin;
use winner_proto::event::Visibility;

use crate::support::{CrateMoved, LabelPrinted, Recorder, Seen, World, until};

async fn crates(world: &World) -> Stream {
    world
        .jetstream
        .get_stream(world.naming().stream("depot", Visibility::Public))
        .await
        .unwrap()
}

async fn published(world: &World, rows: i64) {
    until("everything is published", || async {
        world
            .number(&world.depot, "select count(*) from published")
            .await
            == rows
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_is_applied_from_both_streams() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    let yard = world.run_yard(&Recorder::default()).await;
    world.move_crate("a", "x").await;
    let mut unit = world.depot.begin(Origin::request("r")).await.unwrap();
    let label = LabelPrinted {
        text: "fragile".to_owned(),
    };
    unit.append("l", None, &label).await.unwrap();
    unit.commit().await.unwrap();
    until("both are applied", || async {
        world.seen().await.len() == 2
    })
    .await;
    yard.stop().await;
    depot.stop().await;
    assert_eq!(
        world
            .number(&world.depot, "select count(*) from outbox")
            .await,
        0
    );
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_delivered_twice_is_applied_once() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    world.move_crate("a", "x").await;
    published(&world, 1).await;
    // Past the broker's own window, as it were: the same event under another message id.
    let stream = crates(&world).await;
    let first = stream.get_raw_message(1).await.unwrap();
    let mut headers = first.headers.clone();
    headers.insert("Nats-Msg-Id", "another");
    world
        .jetstream
        .publish_with_headers(first.subject.clone(), headers, first.payload.clone())
        .await
        .unwrap()
        .await
        .unwrap();
    let yard = world.run_yard(&Recorder::default()).await;
    world.move_crate("a", "y").await;
    until("the last is applied", || async {
        world.counts("a").await.contains(&2)
    })
    .await;
    assert_eq!(world.counts("a").await, [1, 2]);
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_broker_lost_is_read_from_the_producers_log() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    for _ in 0..4 {
        world.move_crate("a", "x").await;
    }
    published(&world, 4).await;
    let stream = crates(&world).await;
    for sequence in [1, 2, 3] {
        assert!(stream.delete_message(sequence).await.unwrap());
    }
    let yard = world.run_yard(&Recorder::default()).await;
    until("all are applied", || async {
        world.counts("a").await.len() == 4
    })
    .await;
    assert_eq!(world.counts("a").await, [1, 2, 3, 4]);
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_dependency_is_not_an_attempt() {
    let Some(world) = World::open().await else {
        return;
    };
    let recorder = Recorder::default();
    recorder.away.store(true, Ordering::SeqCst);
    let depot = world.run_depot().await;
    let yard = world.run_yard(&recorder).await;
    world.move_crate("a", "x").await;
    // More probes than attempts are allowed, and a longer wait than the broker's patience.
    until("it was probed often", || async {
        recorder.probes.load(Ordering::SeqCst) > 15
    })
    .await;
    assert_eq!(
        world
            .number(&world.yard, "select count(*) from attempts")
            .await,
        0
    );
    assert!(world.seen().await.is_empty());
    recorder.away.store(false, Ordering::SeqCst);
    until("it is applied", || async { world.counts("a").await == [1] }).await;
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_higher_epoch_is_taken_by_state() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    let yard = world.run_yard(&Recorder::default()).await;
    world.move_crate("a", "x").await;
    world.move_crate("a", "y").await;
    until("both are applied", || async {
        world.counts("a").await.len() == 2
    })
    .await;
    assert_eq!(world.depot.raise_epoch().await.unwrap(), 2);
    world.move_crate("a", "z").await;
    world.move_crate("a", "x").await;
    until("all are applied", || async {
        world.counts("a").await.len() == 4
    })
    .await;
    let seen = |epoch, count, state| Seen {
        aggregate_id: "a".to_owned(),
        epoch,
        count,
        state,
    };
    assert_eq!(
        world.seen().await,
        [
            seen(1, 1, false),
            seen(1, 2, false),
            seen(2, 1, true),
            seen(2, 2, false)
        ]
    );
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_copies_of_a_consumer_keep_the_order() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    let recorder = Recorder::default();
    let copies = [
        world.run_yard(&recorder).await,
        world.run_yard(&recorder).await,
    ];
    for n in 0..100 {
        world.move_crate(["a", "b", "c"][n % 3], "x").await;
    }
    until("all are applied", || async {
        world.seen().await.len() >= 100
    })
    .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    for (id, last) in [("a", 34), ("b", 33), ("c", 33)] {
        assert_eq!(
            world.counts(id).await,
            (1..=last).collect::<Vec<i64>>(),
            "{id}"
        );
    }
    for copy in copies {
        copy.stop().await;
    }
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aggregate_that_takes_long_holds_up_no_other() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    let recorder = Recorder::default();
    recorder.stuck.lock().unwrap().insert("a".to_owned());
    let yard = world.run_yard(&recorder).await;
    for id in ["a", "a", "b", "b", "c"] {
        world.move_crate(id, "x").await;
    }
    until("the others are applied", || async {
        world.counts("b").await == [1, 2] && world.counts("c").await == [1]
    })
    .await;
    assert!(world.counts("a").await.is_empty());
    recorder.stuck.lock().unwrap().clear();
    until("it is applied in order", || async {
        world.counts("a").await == [1, 2]
    })
    .await;
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_carries_its_origin_and_what_it_causes_names_it() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    let recorder = Recorder {
        answers: true,
        ..Recorder::default()
    };
    let yard = world.run_yard(&recorder).await;
    let origin = Origin {
        correlation: "order 7 à Ende".to_owned(),
        causation: Some("request:9".to_owned()),
        traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
    };
    let mut unit = world.depot.begin(origin.clone()).await.unwrap();
    let moved = CrateMoved {
        to: "Ende".to_owned(),
    };
    let cause = unit.append("a", Some("e1"), &moved).await.unwrap();
    unit.commit().await.unwrap();
    until("it is applied", || async { world.counts("a").await == [1] }).await;

    let message = crates(&world).await.get_raw_message(1).await.unwrap();
    let header = |name: &str| message.headers.get(name).unwrap().to_string();
    assert_eq!(header("traceparent"), origin.traceparent.unwrap());
    assert_eq!(header("ce-correlationid"), "order%207%20%C3%A0%20Ende");
    assert_eq!(header("ce-causationid"), "request:9");
    assert_eq!(header("ce-id"), cause.id.to_string());
    assert_eq!(header("Nats-Msg-Id"), cause.id.to_string());
    assert_eq!(header("ce-edition"), "e1");
    assert_eq!(header("ce-datacontenttype"), "application/json");
    assert_eq!(message.payload, br#"{"to":"Ende"}"#.as_slice());
    assert_eq!(message.subject.as_str(), "test.depot.crate.moved.v1.a");

    let (correlation, causation): (String, String) =
        sqlx::query_as("select correlation, causation from outbox where aggregate_id = 'a'")
            .fetch_one(world.yard.pool())
            .await
            .unwrap();
    assert_eq!(correlation, "order 7 à Ende");
    assert_eq!(causation, cause.id.to_string());
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}
