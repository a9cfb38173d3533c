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
use std::time::Duration;

use sqlx::PgPool;
use support::office::Office;
use support::postfix::free;
use support::relay::{Manners, RudeRelay};
use tokio::time::{Instant, sleep, timeout};

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
