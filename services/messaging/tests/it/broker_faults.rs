//! What the broker does to us: it goes, comes back, forgets, and lacks what it should have.

use winner_messaging::Origin;
use winner_proto::event::Visibility;

use crate::support::{LabelPrinted, Recorder, World, until};

#[tokio::test(flavor = "multi_thread")]
async fn while_the_broker_is_away_commits_go_on_and_nothing_is_lost() {
    let Some(mut world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    let yard = world.run_yard(&Recorder::default()).await;
    world.move_crate("a", "x").await;
    until("the first is applied", || async {
        world.counts("a").await == [1]
    })
    .await;
    world.broker.kill();
    for _ in 0..20 {
        world.move_crate("a", "x").await;
    }
    assert_eq!(
        world
            .number(&world.depot, "select count(*) from outbox")
            .await,
        20
    );
    world.broker.restart().await;
    until("all are applied", || async {
        world.counts("a").await.len() == 21
    })
    .await;
    assert_eq!(world.counts("a").await, (1..=21).collect::<Vec<i64>>());
    // None was to blame.
    assert_eq!(
        world
            .number(
                &world.depot,
                "select count(*) from outbox where failures > 0"
            )
            .await,
        0
    );
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_stream_blocks_only_the_aggregates_in_it() {
    let Some(world) = World::open().await else {
        return;
    };
    let internal = world.naming().stream("depot", Visibility::Internal);
    world.jetstream.delete_stream(&internal).await.unwrap();
    let depot = world.run_depot().await;
    let yard = world.run_yard(&Recorder::default()).await;
    for _ in 0..3 {
        let mut unit = world.depot.begin(Origin::request("r")).await.unwrap();
        unit.append("l", None, &LabelPrinted::default())
            .await
            .unwrap();
        unit.append("a", None, &crate::support::CrateMoved::default())
            .await
            .unwrap();
        unit.commit().await.unwrap();
    }
    until("the others went through", || async {
        world.counts("a").await == [1, 2, 3]
    })
    .await;
    until("the first of the blocked is marked", || async {
        world
            .number(
                &world.depot,
                "select count(*) from outbox where failure = 'no_stream'",
            )
            .await
            == 1
    })
    .await;
    world.provision().await;
    until("the blocked followed", || async {
        world.counts("l").await == [1, 2, 3]
    })
    .await;
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_deleted_on_the_broker_is_bound_again_once_it_is_provisioned() {
    let Some(world) = World::open().await else {
        return;
    };
    let depot = world.run_depot().await;
    let yard = world.run_yard(&Recorder::default()).await;
    world.move_crate("a", "x").await;
    until("the first is applied", || async {
        world.counts("a").await == [1]
    })
    .await;
    let public = world.naming().stream("depot", Visibility::Public);
    world
        .jetstream
        .delete_consumer_from_stream("yard-stock", &public)
        .await
        .unwrap();
    world.move_crate("a", "y").await;
    world.provision().await;
    until("the second is applied", || async {
        world.counts("a").await.len() == 2
    })
    .await;
    assert_eq!(world.counts("a").await, [1, 2]);
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}
