//! What a relay allows, all copies of the service keep to together.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use support::office::{Office, Timing};
use support::relay::{Manners, config};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use winner_notification::jobs::connection_share::ConnectionShare;
use winner_notification::jobs::pace::{NoTurn, Pace};
use winner_notification::jobs::relays::{Relays, Way};
use winner_notification::smtp::Relay;
use winner_platform::Shutdown;

/// When turns came, by several copies at once.
async fn turns(pool: &PgPool, copies: usize, each: usize, per_second: u32) -> Vec<Instant> {
    let mut tasks = Vec::new();
    for _ in 0..copies {
        let pace = Arc::new(Pace::new(pool.clone(), "relay.test:25", per_second));
        for _ in 0..4 {
            let pace = Arc::clone(&pace);
            tasks.push(TaskTracker::new().spawn(async move {
                let mut times = Vec::new();
                for _ in 0..each / 4 {
                    pace.turn(Instant::now() + Duration::from_mins(1))
                        .await
                        .unwrap();
                    times.push(Instant::now());
                }
                times
            }));
        }
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all.sort_unstable();
    all
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn no_second_holds_more_turns_than_the_limit_with_two_copies(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let turns = turns(&office.pool, 2, 200, 100).await;
    for (from, turn) in turns.iter().enumerate() {
        let within = turns[from..]
            .iter()
            .take_while(|other| **other < *turn + Duration::from_secs(1))
            .count();
        assert!(within <= 100, "{within} turns within a second");
    }
    let took = *turns.last().unwrap() - turns[0];
    println!("400 turns at 100 a second by two copies: {took:?}");
    assert!(
        took < Duration::from_millis(4_000 * 12 / 10 + 500),
        "{took:?}"
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_turn_that_would_come_too_late_is_none(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let pace = Pace::new(office.pool.clone(), "relay.test:25", 1);
    let soon = || Instant::now() + Duration::from_millis(200);
    pace.turn(soon()).await.unwrap();
    assert!(matches!(pace.turn(soon()).await, Err(NoTurn::TooLate)));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_limited_relay_gets_no_more_a_second_than_it_allows_and_everything_in_the_end(
    pool: PgPool,
) {
    let mut office = Office::open(&pool, Manners::Polite).await;
    office.per_second = 50;
    office.queue(150).await;
    let began = Instant::now();
    let (one, other) = (office.start_with(Timing::default()), office.start());
    let mut taken: Vec<(Instant, usize)> = Vec::new();
    while office.relay.messages().len() < 150 && began.elapsed() < Duration::from_secs(20) {
        taken.push((Instant::now(), office.relay.messages().len()));
        sleep(Duration::from_millis(20)).await;
    }
    let took = began.elapsed();
    office.wait_for(&["sent"]).await;
    one.stop().await;
    other.stop().await;
    for (from, count) in &taken {
        let later = taken
            .iter()
            .filter(|(at, _)| *at < *from + Duration::from_secs(1));
        let within = later
            .map(|(_, then)| then - count.min(then))
            .max()
            .unwrap_or(0);
        // From a turn to the dot a mail takes a moment, which is not always the same.
        assert!(within <= 55, "{within} mails within a second");
    }
    println!("150 mails at 50 a second by two copies: {took:?}");
    assert!(
        took < Duration::from_secs_f64(150.0 / 50.0 * 1.2 + 1.0),
        "{took:?}"
    );
}

fn share(office: &Office, wanted: u32, limit: u32) -> (Arc<Semaphore>, Shutdown) {
    let relay = Relay::new(&config(office.relay.address), office.ledger.clock().clone()).unwrap();
    let pace = Pace::new(office.pool.clone(), "relay", 0);
    let relays = Relays::new(vec![Way::new(relay, pace)], Duration::from_secs(1));
    let (permits, shutdown) = (Arc::new(Semaphore::new(0)), Shutdown::new());
    let share = ConnectionShare {
        holder: Uuid::from_u128(u128::from(office.ledger.ids().seed())),
        pool: office.pool.clone(),
        permits: Arc::clone(&permits),
        wanted,
        limit,
        relays: Arc::new(relays),
    };
    TaskTracker::new().spawn(share.run(shutdown.clone()));
    (permits, shutdown)
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn copies_share_the_connections_that_all_may_have(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let (one, stop) = share(&office, 8, 10);
    let until = async |check: &(dyn Fn() -> bool + Sync)| {
        let waiting = async {
            while !check() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(15), waiting)
            .await
            .expect("shares never settle");
    };
    until(&|| one.available_permits() == 8).await;
    let (other, stop_other) = share(&office, 8, 10);
    let most = async {
        let mut most = 0;
        while one.available_permits() != 5 || other.available_permits() != 5 {
            most = most.max(one.available_permits() + other.available_permits());
            sleep(Duration::from_millis(5)).await;
        }
        most
    };
    let most = timeout(Duration::from_secs(15), most)
        .await
        .expect("shares never settle");
    assert!(most <= 10, "{most} connections at once");
    stop.soft.cancel();
    until(&|| other.available_permits() == 8).await;
    stop_other.soft.cancel();
}
