//! Two relays: the second takes what the first is known not to have taken, and nothing else.
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

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use support::office::{Office, Timing};
use support::postfix::free;
use support::relay::{Manners, RudeRelay, config};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use winner_notification::jobs::connection_share::ConnectionShare;
use winner_notification::jobs::pace::{NoTurn, Pace};
use winner_notification::jobs::relays::{Relays, Way};
use winner_notification::smtp::Relay;
use winner_platform::Shutdown;

/// How often each message is in either relay's spool.
fn copies(relays: &[&RudeRelay]) -> BTreeMap<String, usize> {
    let mut copies = BTreeMap::new();
    for relay in relays {
        for mail in relay.messages() {
            let id = mail
                .lines()
                .find_map(|line| line.strip_prefix("X-Winner-Message: "))
                .unwrap()
                .to_owned();
            *copies.entry(id).or_default() += 1;
        }
    }
    copies
}

async fn routes(office: &Office) -> BTreeMap<String, i64> {
    let rows = sqlx::query!(
        r#"
        SELECT   coalesce(a.route, '') AS "route!", count(*) AS "count!"
        FROM     notification.messages AS m
        JOIN     notification.message_attempts AS a
        ON       a.message_id = m.message_id AND a.number = m.attempt
        WHERE    m.state = 'sent'
        GROUP BY 1
        "#,
    )
    .fetch_all(&office.pool)
    .await
    .unwrap();
    rows.into_iter().map(|row| (row.route, row.count)).collect()
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn with_the_first_relay_dead_the_other_sends_everything_and_nothing_twice(pool: PgPool) {
    let mut office = Office::open(&pool, Manners::Polite).await;
    let dead = free();
    office.routes = vec![dead, office.relay.address];
    office.queue(300).await;
    let began = Instant::now();
    let (one, other) = (office.start(), office.start());
    office.wait_for(&["sent"]).await;
    println!(
        "first relay dead: 300 mails by the other in {:?}",
        began.elapsed()
    );
    one.stop().await;
    other.stop().await;
    let copies = copies(&[&office.relay]);
    assert_eq!(copies.len(), 300);
    assert!(copies.values().all(|copies| *copies == 1));
    assert_eq!(
        routes(&office).await,
        BTreeMap::from([(office.relay.address.to_string(), 300)])
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_relay_that_dies_half_way_is_left_and_taken_up_again_when_it_is_back(pool: PgPool) {
    let mut office = Office::open(&pool, Manners::Polite).await;
    let first = RudeRelay::start(Manners::Polite).await;
    let at = first.address;
    office.routes = vec![at, office.relay.address];
    let process = office.start();
    office.queue(50).await;
    office.wait_for(&["sent"]).await;
    assert_eq!(first.messages().len(), 50);
    first.die().await;
    office.queue(100).await;
    office.wait_for(&["sent", "unknown"]).await;
    let unknown = office.states().await.get("unknown").copied().unwrap_or(0);
    assert!(unknown <= 4, "{unknown} unknown, more than connections");
    let by_other = office.relay.messages().len();
    assert!(by_other >= 96, "{by_other}");

    let back = RudeRelay::start_at(at, Manners::Polite).await;
    let returned = async {
        while back.messages().is_empty() {
            office.queue(1).await;
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_mins(1), returned)
        .await
        .expect("the first relay is never tried again");
    office.wait_for(&["sent", "unknown"]).await;
    process.stop().await;
    assert!(
        copies(&[&first, &back, &office.relay])
            .values()
            .all(|copies| *copies == 1)
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_may_be_out_is_never_given_to_the_other_relay(pool: PgPool) {
    let mut office = Office::open(&pool, Manners::Polite).await;
    let first = RudeRelay::start(Manners::ClosesAfterDot).await;
    office.routes = vec![first.address, office.relay.address];
    let process = office.start();
    office.queue(40).await;
    office.wait_for(&["sent", "unknown"]).await;
    process.stop().await;
    let states = office.states().await;
    assert_eq!(
        usize::try_from(states["unknown"]).unwrap(),
        first.messages().len()
    );
    assert!(
        states["unknown"] < 40,
        "a relay that loses every answer is left in the end"
    );
    assert!(
        copies(&[&first, &office.relay])
            .values()
            .all(|copies| *copies == 1)
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_first_relay_that_says_no_before_the_dot_costs_no_message(pool: PgPool) {
    for manners in [
        Manners::SilentGreeting,
        Manners::AnswersMail("421 bye"),
        Manners::ClosesAfterData,
        Manners::SilentAtData,
    ] {
        let mut office = Office::open(&pool, Manners::Polite).await;
        let first = RudeRelay::start(manners).await;
        office.routes = vec![first.address, office.relay.address];
        let process = office.start();
        office.queue(10).await;
        office.wait_for(&["sent", "unknown"]).await;
        process.stop().await;
        // Whoever closes once it has invited the content may do so just before or just after our dot.
        let unknown = office.states().await.get("unknown").copied().unwrap_or(0);
        assert!(
            unknown == 0 || manners == Manners::ClosesAfterData,
            "{manners:?}: {unknown}"
        );
        assert!(
            copies(&[&first, &office.relay])
                .values()
                .all(|copies| *copies == 1)
        );
        sqlx::query!("DROP SCHEMA notification CASCADE")
            .execute(&office.pool)
            .await
            .unwrap();
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_one_copy_finds_out_the_others_hear(pool: PgPool) {
    let mut office = Office::open(&pool, Manners::Polite).await;
    office.routes = vec![free(), office.relay.address];
    let one = office.start();
    office.queue(1).await;
    office.wait_for(&["sent"]).await;
    let told = async {
        loop {
            let down: i64 =
                sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM notification.relays_down"#)
                    .fetch_one(&office.pool)
                    .await
                    .unwrap();
            if down == 1 {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(5), told)
        .await
        .expect("nobody told");
    one.stop().await;
}

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
