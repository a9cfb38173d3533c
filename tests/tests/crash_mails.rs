//! Random SIGKILLs of senders, NATS and Postgres while mass mails go out; the mail server's spool is the
//! oracle.
#![allow(
    clippy::large_futures,
    clippy::duration_suboptimal_units,
    reason = "a test runs once, and says its times as they are measured"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "it asks tables by SQL of its own, and its feeder ends before the test"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::time::Duration;

use anyhow::Result;
use tokio_util::sync::CancellationToken;
use winner_tests::audience;
use winner_tests::crash::oracle::{self, Exceptions};
use winner_tests::crash::random::{self, Whom};
use winner_tests::crash::{Rig, sql};

/// Everybody whom a result is announced to.
const CROWD: u64 = 400;
/// Connections of each sender, and so what a kill may leave unknown.
const CONNECTIONS: usize = 8;

/// Kills `kills` times by `seed` while one mass mail follows the other, and judges.
async fn survive(name: &str, kills: usize, seed: u64) {
    eprintln!("seed {seed}, {kills} kills");
    let mut rig = Rig::start(name).await.unwrap();
    audience::seat(&rig.admin, CROWD).await.unwrap();
    let stop = CancellationToken::new();
    let feeding = tokio::spawn(feed(rig.admin.clone(), stop.clone()));
    let toll = random::rage(&mut rig, Whom::Senders, kills, seed)
        .await
        .unwrap();
    stop.cancel();
    rig.revive_all().await.unwrap();
    let announced = feeding.await.unwrap().unwrap();
    oracle::settle(&rig, Duration::from_secs(120))
        .await
        .unwrap();
    let unknown = CONNECTIONS * (toll.senders + 2 * toll.postgres);
    let exceptions = Exceptions {
        unknown,
        ..Exceptions::default()
    };
    oracle::judge(&rig, &exceptions).await.unwrap();
    let written = sql::rows(
        &rig.admin,
        "select count(*)::text, count(*) filter (where state = 'unknown')::text
         from   notification.messages where template = 'result_published'",
    )
    .await
    .unwrap();
    eprintln!(
        "{toll:?}; {announced} mass mails; messages, unknown: {:?}",
        written[0]
    );
    assert_eq!(written[0][0], (announced * CROWD).to_string());
    assert!(announced * 15 > kills as u64, "hardly any load");
}

/// Announces whenever the last mass mail is nearly out; says how many there were.
async fn feed(admin: sqlx::PgPool, stop: CancellationToken) -> Result<u64> {
    let mut announced = 0;
    while !stop.is_cancelled() {
        // A killed database answers again in a moment.
        let waiting: Result<i64, _> = sqlx::query_scalar(
            "select count(*) from notification.messages where state in ('queued', 'sending')",
        )
        .fetch_one(&admin)
        .await;
        if waiting.is_ok_and(|waiting| waiting < 50)
            && audience::announce(&admin, announced).await.is_ok()
        {
            announced += 1;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(announced)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for two minutes"]
async fn sixty_kills_lose_no_mail_and_double_none() {
    survive("crash_mails", 60, 62_027).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by hand: six minutes, a longer run of the one above"]
async fn three_hundred_kills_lose_no_mail_and_double_none() {
    survive("crash_mails_long", 300, 3_002_027).await;
}
