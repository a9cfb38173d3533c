//! What an operator does after a loss: a stream is gone, and the ledger fills it again.
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

use winner::stack::fleet::CopyId;
use winner_proto::event::Visibility;
use winner_tests::crash::oracle::{self, Exceptions};
use winner_tests::crash::{Load, Rig};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for a minute"]
async fn a_lost_stream_is_filled_again_from_the_ledger_and_nothing_is_applied_twice() {
    let mut rig = Rig::start("crash_stream").await.unwrap();
    let load = Load::start(&rig, 4, Duration::from_millis(100), 3).unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    // What is submitted from now on, matching has not seen when the stream is lost.
    for copy in [1, 2] {
        rig.installation
            .fleet
            .kill(&CopyId::new("matching", copy))
            .unwrap();
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    load.stop().await.unwrap();
    let stream = rig
        .installation
        .realm()
        .naming()
        .stream("intake", Visibility::Public);
    rig.jetstream()
        .await
        .unwrap()
        .delete_stream(&stream)
        .await
        .unwrap();
    rig.operate(&["provision"]).unwrap();
    for copy in [1, 2] {
        rig.installation
            .fleet
            .start(&CopyId::new("matching", copy))
            .unwrap();
    }
    rig.wait_ready().await.unwrap();
    let left = oracle::in_the_way(&rig).await.unwrap();
    assert!(
        !left.is_empty(),
        "matching knows what nobody can have told it"
    );

    let said = rig.operate(&["replay", "intake"]).unwrap();
    assert!(!said.contains(" 0 published again"), "{said}");
    oracle::settle(&rig, Duration::from_secs(60)).await.unwrap();
    oracle::judge(&rig, &Exceptions::default()).await.unwrap();
    assert!(rig.journal.receipts() > 10, "hardly any load");
}
