//! Any process may be killed at any moment, and any may run in several copies.

use std::time::Duration;

use futures::StreamExt as _;
use winner_platform::ids::Ids;

use crate::support::{Recorder, World, in_stream, until};

#[tokio::test(flavor = "multi_thread")]
async fn two_relays_publish_each_aggregate_in_order() {
    let Some(world) = World::open().await else {
        return;
    };
    let copies = [world.run_depot().await, world.run_second_depot().await];
    futures::stream::iter(0..600)
        .for_each_concurrent(16, |n| {
            let world = &world;
            async move {
                world.move_crate(&format!("c{}", n % 25), "x").await;
            }
        })
        .await;
    until("the outbox is empty", || async {
        world
            .number(&world.depot, "select count(*) from outbox")
            .await
            == 0
    })
    .await;
    for copy in copies {
        copy.stop().await;
    }
    let messages = in_stream(&world).await;
    assert_eq!(messages.len(), 600, "each exactly once");
    for n in 0..25 {
        let id = format!("c{n}");
        let counts: Vec<i64> = messages
            .iter()
            .filter(|message| message.aggregate_id == id)
            .map(|message| message.count)
            .collect();
        assert_eq!(counts, (1..=24).collect::<Vec<i64>>(), "{id}");
    }
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_killed_between_ack_and_move_loses_and_repeats_nothing() {
    let Some(world) = World::open().await else {
        return;
    };
    for n in 0..20 {
        world.move_crate(["a", "b"][n % 2], "x").await;
    }
    // The ledger cannot be written: the relay stands right behind its acks.
    let mut blocker = world.depot.pool().begin().await.unwrap();
    sqlx::query("lock table published in access exclusive mode")
        .execute(&mut *blocker)
        .await
        .unwrap();
    let depot = world.run_depot().await;
    until("all are with the broker", || async {
        in_stream(&world).await.len() == 20
    })
    .await;
    depot.kill().await;
    blocker.rollback().await.unwrap();
    assert_eq!(
        world
            .number(&world.depot, "select count(*) from outbox")
            .await,
        20
    );

    let depot = world.run_second_depot().await;
    until("all are in the ledger", || async {
        world
            .number(&world.depot, "select count(*) from published")
            .await
            == 20
    })
    .await;
    assert_eq!(
        in_stream(&world).await.len(),
        20,
        "the broker dropped the second copies"
    );
    let sequences = world
        .number(
            &world.depot,
            "select count(distinct stream_sequence) from published",
        )
        .await;
    assert_eq!(sequences, 20, "and the ledger knows the first ones' places");
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_lost_its_session_publishes_nothing_more() {
    let Some(mut world) = World::open().await else {
        return;
    };
    world.config.relay_batch = 1;
    for _ in 0..200 {
        world.move_crate("a", "x").await;
    }
    let depot = world.run_depot().await;
    // One aggregate has one event on the wire: there is time to cut in.
    until("the relay's session is cut", || async {
        world
            .number(
                &world.depot,
                "select count(pg_terminate_backend(l.pid)) from pg_locks l
                 join pg_database d on d.oid = l.database
                 where l.locktype = 'advisory' and d.datname = current_database()",
            )
            .await
            > 0
    })
    .await;
    let with_broker = in_stream(&world).await.len();
    assert!(with_broker < 200, "cut in the middle, at {with_broker}");
    until("the outbox is empty", || async {
        world
            .number(&world.depot, "select count(*) from outbox")
            .await
            == 0
    })
    .await;
    let counts: Vec<i64> = in_stream(&world)
        .await
        .into_iter()
        .map(|message| message.count)
        .collect();
    assert_eq!(counts, (1..=200).collect::<Vec<i64>>());
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_killed_at_random_every_event_is_applied_once_and_in_order() {
    let Some(mut world) = World::open().await else {
        return;
    };
    let recorder = Recorder::default();
    let ids = Ids::system();
    let seed = ids.seed();
    println!("seed {seed}");
    let dice = Ids::seeded(seed);
    let mut appended = 0_usize;
    let mut depots = vec![world.run_depot().await, world.run_second_depot().await];
    let mut yards = vec![
        world.run_yard(&recorder).await,
        world.run_yard(&recorder).await,
    ];
    for round in 0..30_u64 {
        for _ in 0..20 {
            let id = format!("c{}", dice.seed() % 7);
            world.move_crate(&id, "x").await;
            appended += 1;
        }
        tokio::time::sleep(Duration::from_millis(dice.seed() % 40)).await;
        match dice.seed() % 5 {
            0 | 1 => {
                depots.remove(0).kill().await;
                depots.push(if round % 2 == 0 {
                    world.run_depot().await
                } else {
                    world.run_second_depot().await
                });
            }
            2 | 3 => {
                yards.remove(0).kill().await;
                yards.push(world.run_yard(&recorder).await);
            }
            _ => world.broker.restart().await,
        }
    }
    until("all are applied", || async {
        world.seen().await.len() >= appended
    })
    .await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(world.seen().await.len(), appended, "seed {seed}");
    for n in 0..7 {
        let counts = world.counts(&format!("c{n}")).await;
        let expected: Vec<i64> = (1..).take(counts.len()).collect();
        assert_eq!(counts, expected, "seed {seed}, aggregate c{n}");
    }
    for running in depots.into_iter().chain(yards) {
        running.stop().await;
    }
    world.close().await;
}
