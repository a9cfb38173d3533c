//! Killed once at each await point of relay, inbox and dead letters, nothing is lost, repeated or
//! out of order. In a binary of its own: the points are the process's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests look into tables by SQL of their own, and hear from the environment where servers are"
)]

#[path = "../support/support.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use winner_messaging::{dead_letters, points};
use winner_proto::event::Visibility;

use support::{Recorder, Running, World, until};

/// A point armed to kill whatever copy passes it, once.
struct Trap {
    point: &'static str,
    killed: Arc<AtomicU32>,
    running: Arc<std::sync::Mutex<Vec<winner_platform::lifecycle::Shutdown>>>,
}

impl Trap {
    fn set(point: &'static str) -> Self {
        let trap = Self {
            point,
            killed: Arc::default(),
            running: Arc::default(),
        };
        let (killed, running) = (Arc::clone(&trap.killed), Arc::clone(&trap.running));
        let sprung = AtomicBool::new(false);
        fail::cfg_callback(point, move || {
            let victims = std::mem::take(&mut *running.lock().unwrap());
            if victims.is_empty() || sprung.swap(true, Ordering::SeqCst) {
                running.lock().unwrap().extend(victims);
                return;
            }
            killed.fetch_add(1, Ordering::SeqCst);
            for victim in victims {
                victim.hard.cancel();
                victim.soft.cancel();
            }
        })
        .unwrap();
        trap
    }

    /// Whatever passes the point from now on may be this one.
    fn watch(&self, running: &Running) {
        self.running.lock().unwrap().push(running.shutdown());
    }

    fn has_sprung(&self) -> bool {
        self.killed.load(Ordering::SeqCst) > 0
    }
}

impl Drop for Trap {
    fn drop(&mut self) {
        fail::remove(self.point);
    }
}

/// Runs both services through a gap, a poisoned event, held ones and a replay; starts again what
/// the trap killed. `true` when it sprang.
async fn story(world: &World, point: &'static str) -> bool {
    let trap = Trap::set(point);
    let recorder = Recorder::default();
    recorder.poison("p", 2);
    for id in ["a", "g", "p"] {
        for _ in 0..4 {
            world.move_crate(id, "x").await;
        }
    }
    // Those go as a batch, and this one, alone in its stream, does not.
    world.print_label("l").await;
    let mut depots = vec![world.run_depot().await];
    trap.watch(&depots[0]);
    until("all are published", || async {
        world
            .number(&world.depot, "select count(*) from published")
            .await
            == 13
            || (trap.has_sprung() && depots.len() == 1)
    })
    .await;
    if trap.has_sprung() {
        depots.push(world.run_second_depot().await);
    }
    until("all are published", || async {
        world
            .number(&world.depot, "select count(*) from published")
            .await
            == 13
    })
    .await;

    // The broker loses the beginning of one aggregate.
    let stream = world
        .jetstream
        .get_stream(world.naming().stream("depot", Visibility::Public))
        .await
        .unwrap();
    for sequence in 1..=stream.cached_info().state.last_sequence {
        let message = stream.get_raw_message(sequence).await.unwrap();
        let header = |name: &str| message.headers.get(name).unwrap().to_string();
        if header("ce-subject") == "g" && header("ce-count") != "4" {
            stream.delete_message(sequence).await.unwrap();
        }
    }

    let mut yards = vec![world.run_yard(&recorder).await];
    if !trap.has_sprung() {
        trap.watch(&yards[0]);
    }
    let mut before_replay = true;
    for _ in 0..3_000 {
        if trap.has_sprung() && yards.len() == 1 && depots.len() == 1 {
            yards.push(world.run_yard(&recorder).await);
        }
        let held = world
            .number(&world.yard, "select count(*) from held_events")
            .await;
        if before_replay && held == 2 {
            recorder.heal();
            // One more failure on the way: the first held event becomes the next dead letter.
            recorder.poison("p", 3);
            dead_letters::request_replay(world.yard.pool(), None)
                .await
                .unwrap();
            before_replay = false;
        }
        if !before_replay && world.counts("p").await == [1, 2] {
            let open = dead_letters::list(world.yard.pool(), None, 10)
                .await
                .unwrap();
            if open.iter().any(|letter| letter.counter.unwrap().count == 3) {
                recorder.heal();
                dead_letters::request_replay(world.yard.pool(), None)
                    .await
                    .unwrap();
            }
        }
        if world.seen().await.len() >= 13 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for id in ["a", "g", "p"] {
        assert_eq!(
            world.counts(id).await,
            [1, 2, 3, 4],
            "{id}, killed at {point}"
        );
    }
    let sprung = trap.has_sprung();
    drop(trap);
    for running in depots.into_iter().chain(yards) {
        running.stop().await;
    }
    sprung
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_point_once_every_event_is_applied_once_and_in_order() {
    let mut unsprung = Vec::new();
    for point in points::ALL {
        // Appending and claiming are the clients' part; the crash suite kills them as processes.
        if ["unit.append", "request."]
            .iter()
            .any(|part| point.starts_with(part))
        {
            continue;
        }
        let Some(world) = World::open().await else {
            return;
        };
        if !story(&world, point).await {
            unsprung.push(*point);
        }
        world.close().await;
    }
    assert_eq!(
        unsprung,
        Vec::<&str>::new(),
        "points that the story never passes"
    );
}
