//! Writing events: numbers without gaps, in the order of commits, and small.

use futures::future::join_all;
use winner_messaging::{Batch, Counter, MAX_EVENT_BYTES, Origin, OutboxError};

use crate::support::{CrateMoved, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_aggregates_numbers_are_contiguous_whoever_writes() {
    let Some(world) = World::open().await else {
        return;
    };
    let appended =
        join_all((0..40).map(|n| world.move_crate(if n % 2 == 0 { "a" } else { "b" }, "x"))).await;
    let mut counts: Vec<(i64, usize)> = appended
        .iter()
        .enumerate()
        .map(|(n, appended)| (appended.counter.count, n % 2))
        .collect();
    counts.sort_unstable();
    let expected: Vec<(i64, usize)> = (1..=20)
        .flat_map(|count| [(count, 0), (count, 1)])
        .collect();
    assert_eq!(counts, expected);
    // Position is the order the relay reads in.
    let disordered = world
        .number(
            &world.depot,
            "select count(*) from outbox a join outbox b using (aggregate_type, aggregate_id)
             where a.position < b.position and a.count > b.count",
        )
        .await;
    assert_eq!(disordered, 0);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_dropped_takes_no_number() {
    let Some(world) = World::open().await else {
        return;
    };
    let mut unit = world.depot.begin(Origin::request("r")).await.unwrap();
    unit.append("a", None, &CrateMoved::default())
        .await
        .unwrap();
    drop(unit);
    assert_eq!(
        world.move_crate("a", "x").await.counter,
        Counter { epoch: 1, count: 1 }
    );
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_64_kib_is_written_and_a_larger_one_refused() {
    let Some(world) = World::open().await else {
        return;
    };
    let frame = serde_json::to_vec(&CrateMoved::default()).unwrap().len();
    let largest = CrateMoved {
        to: "x".repeat(MAX_EVENT_BYTES - frame),
    };
    let larger = CrateMoved {
        to: format!("{}x", largest.to),
    };
    let mut unit = world.depot.begin(Origin::request("r")).await.unwrap();
    unit.append("a", None, &largest).await.unwrap();
    let refused = unit.append("a", None, &larger).await.unwrap_err();
    assert!(
        matches!(refused, OutboxError::TooLarge { bytes, .. } if bytes == MAX_EVENT_BYTES + 1),
        "{refused:?}"
    );
    unit.commit().await.unwrap();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aggregate_needs_an_id_that_a_subject_bears() {
    let Some(world) = World::open().await else {
        return;
    };
    let mut unit = world.depot.begin(Origin::request("r")).await.unwrap();
    for id in [String::new(), "x".repeat(201)] {
        let refused = unit
            .append(&id, None, &CrateMoved::default())
            .await
            .unwrap_err();
        assert!(
            matches!(refused, OutboxError::AggregateId(_)),
            "{refused:?}"
        );
    }
    drop(unit);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_that_lock_the_same_aggregates_in_any_order_do_not_deadlock() {
    let Some(world) = World::open().await else {
        return;
    };
    let ids: Vec<String> = (0..20).map(|n| format!("c{n}")).collect();
    let backwards: Vec<String> = ids.iter().rev().cloned().collect();
    let lock = async |ids: Vec<String>| {
        let mut unit = world.depot.begin(Origin::request("r")).await.unwrap();
        unit.lock_aggregates("crate", &ids).await.unwrap();
        for id in &ids {
            unit.append(id, None, &CrateMoved::default()).await.unwrap();
        }
        unit.commit().await.unwrap();
    };
    join_all((0..10).map(|n| {
        lock(if n % 2 == 0 {
            ids.clone()
        } else {
            backwards.clone()
        })
    }))
    .await;
    assert_eq!(
        world
            .number(&world.depot, "select min(count) from aggregates")
            .await,
        10
    );
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_gives_every_aggregate_its_next_number_whoever_else_writes() {
    let Some(world) = World::open().await else {
        return;
    };
    let write = async |first: usize| {
        let mut unit = world.depot.begin(Origin::request("r")).await.unwrap();
        let mut batch = Batch::default();
        // Each writer names the crates in an order of its own.
        for n in 0..50 {
            let id = format!("crate-{:02}", (first + n * 7) % 50);
            batch.add(&id, None, &CrateMoved::default()).unwrap();
        }
        unit.append_all(batch).await.unwrap();
        unit.commit().await.unwrap();
    };
    join_all((0..8).map(write)).await;
    let whole = world
        .number(
            &world.depot,
            "select count(*) from (
                 select aggregate_id from outbox group by aggregate_id
                 having array_agg(count order by position) = array[1, 2, 3, 4, 5, 6, 7, 8]::bigint[]
             ) as contiguous",
        )
        .await;
    assert_eq!(whole, 50);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_refuses_what_could_not_be_numbered_or_carried() {
    let Some(world) = World::open().await else {
        return;
    };
    let mut batch = Batch::default();
    batch.add("a", None, &CrateMoved::default()).unwrap();
    let twice = batch.add("a", None, &CrateMoved::default()).unwrap_err();
    assert!(matches!(twice, OutboxError::Twice), "{twice:?}");
    let nameless = batch.add("", None, &CrateMoved::default()).unwrap_err();
    assert!(
        matches!(nameless, OutboxError::AggregateId(0)),
        "{nameless:?}"
    );
    let mut many = Batch::default();
    for n in 0..501 {
        many.add(&n.to_string(), None, &CrateMoved::default())
            .unwrap();
    }
    let mut unit = world.depot.begin(Origin::request("r")).await.unwrap();
    let refused = unit.append_all(many).await.unwrap_err();
    assert!(matches!(refused, OutboxError::TooMany(501)), "{refused:?}");
    drop(unit);
    world.close().await;
}
