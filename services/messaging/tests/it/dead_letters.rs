//! An event that fails for its own sake stops its own aggregate, until a person decides.

use winner_messaging::dead_letters::{self, State};
use winner_proto::event::Visibility;

use crate::support::{Recorder, World, until};

async fn open_letters(world: &World) -> Vec<dead_letters::DeadLetter> {
    dead_letters::list(world.yard.pool(), None, 10)
        .await
        .unwrap()
}

async fn held(world: &World) -> i64 {
    world
        .number(&world.yard, "select count(*) from held_events")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_event_dies_what_follows_is_held_and_a_replay_applies_all_in_order() {
    let Some(world) = World::open().await else {
        return;
    };
    let recorder = Recorder::default();
    recorder.poison("a", 2);
    let depot = world.run_depot().await;
    let yard = world.run_yard(&recorder).await;
    for _ in 0..5 {
        world.move_crate("a", "x").await;
    }
    world.move_crate("b", "x").await;
    until("the rest of the aggregate is held", || async {
        held(&world).await == 3
    })
    .await;
    until("the other aggregate went on", || async {
        world.counts("b").await == [1]
    })
    .await;
    assert_eq!(world.counts("a").await, [1]);
    let letters = open_letters(&world).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].cause, "poisoned");
    assert_eq!(letters[0].state, State::Open);
    assert_eq!(letters[0].held, 3);
    assert_eq!(letters[0].counter.unwrap().count, 2);
    assert_eq!(letters[0].headers["ce-type"], "winner.depot.crate.moved.v1");

    // Asked for too early, it fails again and waits again.
    dead_letters::request_replay(world.yard.pool(), None)
        .await
        .unwrap();
    until("it is open again", || async {
        open_letters(&world)
            .await
            .iter()
            .all(|letter| letter.state == State::Open)
    })
    .await;
    assert_eq!(world.counts("a").await, [1]);

    recorder.heal();
    assert_eq!(
        dead_letters::request_replay(world.yard.pool(), Some(letters[0].id))
            .await
            .unwrap(),
        1
    );
    until("all are applied", || async {
        world.counts("a").await.len() == 5
    })
    .await;
    world.move_crate("a", "y").await;
    until("later ones flow again", || async {
        world.counts("a").await.len() == 6
    })
    .await;
    assert_eq!(world.counts("a").await, [1, 2, 3, 4, 5, 6]);
    assert!(open_letters(&world).await.is_empty());
    assert_eq!(held(&world).await, 0);
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_poisoned_event_behind_the_first_is_the_next_dead_letter() {
    let Some(world) = World::open().await else {
        return;
    };
    let recorder = Recorder::default();
    recorder.poison("a", 1);
    let depot = world.run_depot().await;
    let yard = world.run_yard(&recorder).await;
    for _ in 0..4 {
        world.move_crate("a", "x").await;
    }
    until("three are held", || async { held(&world).await == 3 }).await;
    recorder.heal();
    recorder.poison("a", 3);
    dead_letters::request_replay(world.yard.pool(), None)
        .await
        .unwrap();
    until("the third is dead", || async {
        let letters = open_letters(&world).await;
        letters.len() == 1 && letters[0].counter.unwrap().count == 3
    })
    .await;
    assert_eq!(world.counts("a").await, [1, 2]);
    assert_eq!(held(&world).await, 1);
    // A person has seen to the third by hand.
    let letter = open_letters(&world).await.remove(0);
    dead_letters::request_skip(world.yard.pool(), letter.id)
        .await
        .unwrap();
    until("the fourth is applied", || async {
        world.counts("a").await == [1, 2, 4]
    })
    .await;
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_replaced_never_parks() {
    let Some(world) = World::open().await else {
        return;
    };
    let recorder = Recorder {
        replaced: true,
        ..Recorder::default()
    };
    recorder.poison("a", 1);
    let depot = world.run_depot().await;
    let yard = world.run_yard(&recorder).await;
    world.move_crate("a", "x").await;
    world.move_crate("a", "y").await;
    until("both are applied", || async {
        world.counts("a").await == [1, 2]
    })
    .await;
    assert!(world.seen().await[0].state, "the first by its state");
    assert!(open_letters(&world).await.is_empty());
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_no_event_is_kept_and_holds_nothing_up() {
    let Some(world) = World::open().await else {
        return;
    };
    let subject = world.naming().subject("depot", "crate", "moved", 1, "a");
    world
        .jetstream
        .publish(subject.clone(), "who knows".into())
        .await
        .unwrap()
        .await
        .unwrap();
    let depot = world.run_depot().await;
    let yard = world.run_yard(&Recorder::default()).await;
    world.move_crate("a", "x").await;
    until("the event is applied", || async {
        world.counts("a").await == [1]
    })
    .await;
    let letters = open_letters(&world).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].cause, "envelope_missing_header");
    assert_eq!(letters[0].payload, b"who knows");
    assert_eq!(letters[0].subject, subject);
    dead_letters::request_skip(world.yard.pool(), letters[0].id)
        .await
        .unwrap();
    until("it is settled", || async {
        open_letters(&world).await.is_empty()
    })
    .await;
    let stream = world.naming().stream("depot", Visibility::Public);
    until("the broker holds nothing back", || async {
        let consumer: async_nats::jetstream::consumer::PullConsumer = world
            .jetstream
            .get_consumer_from_stream("yard-stock", &stream)
            .await
            .unwrap();
        consumer.cached_info().num_ack_pending == 0
    })
    .await;
    yard.stop().await;
    depot.stop().await;
    world.close().await;
}
