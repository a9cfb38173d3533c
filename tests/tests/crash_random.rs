//! Random SIGKILLs of services, NATS and Postgres under load.
#![allow(
    clippy::large_futures,
    clippy::duration_suboptimal_units,
    clippy::single_match_else,
    clippy::assigning_clones,
    reason = "a test runs once, and says its times as they are measured"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::time::Duration;

use winner_tests::crash::oracle::{self, Exceptions};
use winner_tests::crash::random::{self, Whom};
use winner_tests::crash::{Load, Rig};

/// Kills `kills` times by `seed` while teams submit, and judges.
async fn survive(name: &str, kills: usize, seed: u64) {
    eprintln!("seed {seed}, {kills} kills");
    let mut rig = Rig::start(name).await.unwrap();
    let load = Load::start(&rig, 4, Duration::from_millis(200), seed).unwrap();
    let toll = random::rage(&mut rig, Whom::Everybody, kills, seed)
        .await
        .unwrap();
    rig.revive_all().await.unwrap();
    load.stop().await.unwrap();
    oracle::settle(&rig, Duration::from_secs(90)).await.unwrap();
    eprintln!(
        "{toll:?}; {} receipts; tried again after {:?}",
        rig.journal.receipts(),
        rig.journal.failures()
    );
    // A killed database leaves both senders without an answer.
    let unknown = 8 * (toll.senders + 2 * toll.postgres);
    oracle::judge(
        &rig,
        &Exceptions {
            unknown,
            ..Exceptions::default()
        },
    )
    .await
    .unwrap();
    assert!(rig.journal.receipts() > kills / 2, "hardly any load");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for a minute"]
async fn after_thirty_random_kills_nothing_is_lost_or_done_twice() {
    survive("crash_thirty", 30, 2_027).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for six minutes"]
async fn after_two_hundred_random_kills_nothing_is_lost_or_done_twice() {
    survive("crash_random", 200, 20_270_210).await;
}
