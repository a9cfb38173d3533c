//! Every named point of submitting, publishing, consuming and sending, killed once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use winner_tests::crash::killer::{self, Queues, Sentence};
use winner_tests::crash::oracle::{self, Exceptions};
use winner_tests::crash::{Load, Rig};

/// How long a copy may take from its start until it has come to its point.
const PATIENCE: Duration = Duration::from_secs(40);

/// Points that are passed only when something has gone wrong before.
const PROVOKED: &[&str] = &[
    "inbox.gap.before",
    "inbox.gap.after",
    "inbox.attempt.after",
    "inbox.dead.before",
    "inbox.dead.after",
    "inbox.hold.after",
];

/// Each point with a role that passes it often; the roles die side by side.
fn plan() -> Queues {
    let mut queues: Queues = BTreeMap::new();
    for point in winner::kill_at::points().filter(|point| !PROVOKED.contains(point)) {
        let role = match point.split('.').next() {
            Some("submit" | "unit" | "request") => "intake",
            Some("relay" | "sender" | "conclude" | "reap") => "notification",
            Some("inbox") => "matching",
            _ => panic!("who passes {point}?"),
        };
        queues.entry(role).or_default().push_back(sentence(point));
    }
    queues
}

fn sentence(point: &'static str) -> Sentence {
    match point {
        // Idle loops pass these.
        "relay.lock.before" | "relay.lock.after" | "relay.select.after" | "sender.claim.before"
        | "sender.claim.after" => Sentence::nth(point, 4),
        // The leases that lapse are those of the copies killed before: this one is to find them.
        "reap.save.after" | "reap.commit.after" => {
            Sentence::at(point).with("WINNER_NOTIFICATION__SENDING__REAP_MS", "20")
        }
        _ => Sentence::at(point),
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for four minutes"]
async fn killed_once_at_every_point_nothing_is_lost_or_done_twice() {
    let mut rig = Rig::start("crash_points").await.unwrap();
    let load = Load::start(&rig, 4, Duration::from_millis(200), 1).unwrap();
    let queues = plan();
    let senders = queues["notification"].len();
    let planned: BTreeSet<_> = queues.values().flatten().map(|s| s.point).collect();
    let done = killer::carry_out(&mut rig, queues, PATIENCE).await.unwrap();
    for (point, took) in &done {
        eprintln!("{point}: {} ms", took.as_millis());
    }
    load.stop().await.unwrap();
    rig.revive_all().await.unwrap();
    oracle::settle(&rig, Duration::from_secs(60)).await.unwrap();
    eprintln!("{} receipts; tried again after {:?}", rig.journal.receipts(), rig.journal.failures());
    // At most as many mails as a copy has connections are on the wire when it is killed.
    let exceptions = Exceptions { unknown: 8 * senders, ..Exceptions::default() };
    oracle::judge(&rig, &exceptions).await.unwrap();
    assert!(rig.journal.receipts() > 50, "hardly any load");
    let killed: BTreeSet<_> = done.iter().map(|(point, _)| *point).collect();
    assert_eq!(killed, planned);
}
