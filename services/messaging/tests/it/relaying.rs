//! How events come into the streams: together where that is possible, singly where it is not.

use async_nats::jetstream::stream;
use winner_proto::event::Visibility;

use crate::support::{Message, Proxy, Recorder, World, in_stream, until};

/// Waits until the ledger has `events`, and nothing waits.
async fn published(world: &World, events: i64) {
    until("all are in the ledger", || async {
        world
            .number(&world.depot, "select count(*) from published")
            .await
            == events
            && world
                .number(&world.depot, "select count(*) from outbox")
                .await
                == 0
    })
    .await;
}

/// The ledger says of each event where in the stream it is.
async fn assert_placed(world: &World, messages: &[Message]) {
    for message in messages {
        let place: i64 =
            sqlx::query_scalar("select stream_sequence from published where id = $1::text::uuid")
                .bind(&message.event_id)
                .fetch_one(world.depot.pool())
                .await
                .unwrap();
        assert_eq!(u64::try_from(place).unwrap(), message.sequence);
    }
}

async fn change_stream(world: &World, change: impl FnOnce(&mut stream::Config)) {
    let name = world.naming().stream("depot", Visibility::Public);
    let mut stream = world.jetstream.get_stream(name).await.unwrap();
    let mut config = stream.info().await.unwrap().config.clone();
    change(&mut config);
    world.jetstream.update_stream(config).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_wait_go_as_batches_and_keep_their_order() {
    let Some(mut world) = World::open().await else {
        return;
    };
    world.config.relay_batch = 4;
    for n in 0..10 {
        world.move_crate(["a", "b"][n % 2], "x").await;
    }
    let depot = world.run_depot().await;
    published(&world, 10).await;
    let messages = in_stream(&world).await;
    let order: Vec<(&str, i64)> = messages
        .iter()
        .map(|message| (message.aggregate_id.as_str(), message.count))
        .collect();
    let expected: Vec<(&str, i64)> = (1..=5)
        .flat_map(|count| [("a", count), ("b", count)])
        .collect();
    assert_eq!(order, expected);
    let mut batches: Vec<&str> = messages
        .iter()
        .map(|message| message.batch.as_deref().expect("none went singly"))
        .collect();
    batches.dedup();
    assert_eq!(batches.len(), 3);
    assert_placed(&world, &messages).await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_with_a_duplicate_goes_singly_and_loses_nothing() {
    let Some(world) = World::open().await else {
        return;
    };
    for _ in 0..3 {
        world.move_crate("a", "x").await;
    }
    let depot = world.run_depot().await;
    published(&world, 3).await;
    depot.stop().await;
    // As if the relay had died between the acknowledgement and the move.
    sqlx::query(
        "with back as (delete from published where count = 2 returning *)
         insert into outbox (id, aggregate_type, aggregate_id, epoch, count, name, version,
                             visibility, edition, business_time, correlation, payload)
         select id, aggregate_type, aggregate_id, epoch, count, name, version, visibility, edition,
                business_time, correlation, payload
         from   back",
    )
    .execute(world.depot.pool())
    .await
    .unwrap();
    for _ in 0..3 {
        world.move_crate("b", "x").await;
    }
    let depot = world.run_depot().await;
    published(&world, 6).await;
    let messages = in_stream(&world).await;
    assert_eq!(messages.len(), 6, "the broker dropped the second copy");
    assert!(messages[..3].iter().all(|message| message.batch.is_some()));
    assert!(messages[3..].iter().all(|message| message.batch.is_none()));
    assert_placed(&world, &messages).await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_too_large_for_the_stream_blocks_its_own_aggregate_only() {
    let Some(world) = World::open().await else {
        return;
    };
    change_stream(&world, |config| config.max_message_size = 4096).await;
    world.move_crate("a", "x").await;
    world.move_crate("b", &"x".repeat(5000)).await;
    world.move_crate("b", "x").await;
    world.move_crate("a", "x").await;
    let depot = world.run_depot().await;
    let yard = world.run_yard(&Recorder::default()).await;
    until("the others went through", || async {
        world.counts("a").await == [1, 2]
    })
    .await;
    until("the large one is marked, and it alone", || async {
        world
            .number(
                &world.depot,
                "select coalesce(sum(count), 0)::bigint from outbox where failure = 'refused'",
            )
            .await
            == 1
    })
    .await;
    assert_eq!(world.counts("b").await, Vec::<i64>::new());
    change_stream(&world, |config| config.max_message_size = -1).await;
    until("the blocked followed, in order", || async {
        world.counts("b").await == [1, 2]
    })
    .await;
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_acknowledgement_is_lost_is_applied_once() {
    let Some(mut world) = World::open().await else {
        return;
    };
    world.config.relay_ack_timeout_ms = 300;
    for n in 0..10 {
        world.move_crate(["a", "b"][n % 2], "x").await;
    }
    let proxy = Proxy::that_loses_an_acknowledgement(world.broker.url()).await;
    let yard = world.run_yard(&Recorder::default()).await;
    let depot = world.run_depot_at(&proxy.url()).await;
    published(&world, 10).await;
    assert_eq!(proxy.lost(), 1);
    let messages = in_stream(&world).await;
    assert_eq!(messages.len(), 10, "what went again was dropped");
    assert_placed(&world, &messages).await;
    until("all are applied", || async {
        world.seen().await.len() >= 10
    })
    .await;
    for id in ["a", "b"] {
        assert_eq!(world.counts(id).await, [1, 2, 3, 4, 5]);
    }
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_takes_no_batches_is_served_singly() {
    let Some(world) = World::open().await else {
        return;
    };
    change_stream(&world, |config| config.allow_atomic_publish = false).await;
    for _ in 0..5 {
        world.move_crate("a", "x").await;
    }
    let depot = world.run_depot().await;
    published(&world, 5).await;
    let messages = in_stream(&world).await;
    assert!(messages.iter().all(|message| message.batch.is_none()));
    assert_eq!(
        messages
            .iter()
            .map(|message| message.count)
            .collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    depot.stop().await;
    world.close().await;
}
