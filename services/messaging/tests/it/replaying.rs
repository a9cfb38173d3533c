//! Postgres is the ledger: what the broker lost is published again.

use winner_messaging::replay::{self, Replayed, Selection};
use winner_platform::ids::Ids;
use winner_proto::event::Visibility;

use crate::support::{Recorder, SPEC, World, until};

async fn replay_lost(world: &World) -> Replayed {
    replay::lost(
        world.depot.pool(),
        &world.jetstream,
        &world.naming(),
        "depot",
        &Selection::default(),
    )
    .await
    .unwrap()
}

async fn all_published(world: &World, rows: i64) {
    until("all are published", || async {
        world
            .number(&world.depot, "select count(*) from published")
            .await
            == rows
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_was_deleted_is_filled_again_from_the_ledger() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    for n in 0..12 {
        world.move_crate(["a", "b", "c"][n % 3], "x").await;
    }
    all_published(&world, 12).await;
    assert_eq!(
        replay_lost(&world).await,
        Replayed {
            examined: 12,
            published: 0
        },
        "nothing is lost yet"
    );
    let public = world.naming().stream("depot", Visibility::Public);
    world.jetstream.delete_stream(&public).await.unwrap();
    world.provision().await;
    // Nobody read them before: only the replay can bring them.
    let yard = world.run_yard(&Recorder::default()).await;
    assert_eq!(
        replay_lost(&world).await,
        Replayed {
            examined: 12,
            published: 12
        }
    );
    until("all are applied", || async {
        world.seen().await.len() == 12
    })
    .await;
    for id in ["a", "b", "c"] {
        assert_eq!(world.counts(id).await, [1, 2, 3, 4], "{id}");
    }
    assert_eq!(
        replay_lost(&world).await,
        Replayed {
            examined: 12,
            published: 0
        }
    );
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_missing_is_published_again() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    for _ in 0..5 {
        world.move_crate("a", "x").await;
    }
    all_published(&world, 5).await;
    let stream = world
        .jetstream
        .get_stream(world.naming().stream("depot", Visibility::Public))
        .await
        .unwrap();
    stream.delete_message(3).await.unwrap();
    let replayed = replay_lost(&world).await;
    assert_eq!(
        replayed,
        Replayed {
            examined: 5,
            published: 1
        }
    );
    let again = stream.get_raw_message(6).await.unwrap();
    assert_eq!(again.headers.get("ce-count").unwrap().as_str(), "3");
    assert_eq!(
        replay_lost(&world).await,
        Replayed {
            examined: 5,
            published: 0
        }
    );
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_consumer_is_fed_on_a_subject_of_its_own() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    let yard = world.run_yard(&Recorder::default()).await;
    for _ in 0..3 {
        world.move_crate("a", "x").await;
    }
    until("all are applied", || async {
        world.counts("a").await.len() == 3
    })
    .await;
    all_published(&world, 3).await;
    let feed = async || {
        replay::to_consumer(
            world.depot.pool(),
            &world.jetstream,
            &world.naming(),
            "depot",
            &SPEC,
            &Selection::default(),
            &Ids::system(),
        )
        .await
        .unwrap()
    };
    // What it has seen it passes over ...
    feed().await;
    world.move_crate("b", "x").await;
    until("a later event is applied", || async {
        world.counts("b").await == [1]
    })
    .await;
    assert_eq!(world.counts("a").await, [1, 2, 3]);
    // ... until it is told to forget.
    assert_eq!(
        replay::forget(world.yard.pool(), "stock", "crate", Some("a"))
            .await
            .unwrap(),
        1
    );
    feed().await;
    until("all are applied again", || async {
        world.counts("a").await.len() == 6
    })
    .await;
    assert_eq!(world.counts("a").await, [1, 2, 3, 1, 2, 3]);
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}
