//! Every named point of submitting, publishing, consuming and sending, killed once.
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

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use winner::stack::fleet::CopyId;
use winner_tests::crash::killer::{self, Queues, Sentence};
use winner_tests::crash::oracle::{self, Exceptions};
use winner_tests::crash::waiting::until_nothing;
use winner_tests::crash::{Load, Rig, sql, witness};

/// How long a copy may take from its start until it has come to its point.
const PATIENCE: Duration = Duration::from_secs(40);

/// Points that are passed only when events are missing.
const GAPS: &[&str] = &["inbox.gap.before", "inbox.gap.after"];
/// Points that are passed only when events cannot be applied.
const REFUSALS: &[&str] = &[
    "inbox.attempt.after",
    "inbox.dead.before",
    "inbox.dead.after",
    "inbox.hold.after",
];
/// Points that are passed only when an operator has dead letters applied again. At the last, what was
/// held behind one cannot be applied either: that is made so, and it comes after all others.
const REVIVALS: &[&str] = &[
    "revive.asked.after",
    "revive.prepare.after",
    "revive.begin.after",
    "revive.apply.after",
    "revive.release.after",
    "revive.commit.after",
    "revive.bury.after",
];

/// Whether a point is passed only when something has gone wrong before.
fn is_provoked(point: &str) -> bool {
    [GAPS, REFUSALS, REVIVALS]
        .iter()
        .any(|points| points.contains(&point))
}

/// Each point with a role that passes it often; the roles die side by side.
fn plan() -> Queues {
    let mut queues: Queues = BTreeMap::new();
    for point in winner::kill_at::points().filter(|point| !is_provoked(point)) {
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
        "relay.lock.before"
        | "relay.lock.after"
        | "relay.select.after"
        | "sender.claim.before"
        | "sender.claim.after" => Sentence::nth(point, 4),
        // One event alone is no batch.
        "relay.batch.before" | "relay.batch.commit" | "relay.batch.after" => {
            Sentence::at(point).crowded()
        }
        // The leases that lapse are those of the copies killed before: this one is to find them.
        "reap.save.after" | "reap.commit.after" => {
            Sentence::at(point).with("WINNER_NOTIFICATION__SENDING__REAP_MS", "20")
        }
        // Every command passes these: what matters is that `Submit` dies there, above all between its
        // last word and its commit.
        "request.claim.before" | "request.claim.after" => {
            Sentence::at(point).after("submit.begin.before")
        }
        "unit.append.before" | "unit.append.after" => {
            Sentence::at(point).after("submit.marked.after")
        }
        "request.complete.after" | "unit.commit.before" | "unit.commit.after" => {
            Sentence::at(point).after("submit.appended.after")
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
    let done = killer::carry_out(&mut rig, queues, PATIENCE).await;
    load.stop().await.unwrap();
    let done = done.unwrap();
    for (point, took) in &done {
        eprintln!("{point}: {} ms", took.as_millis());
    }
    rig.revive_all().await.unwrap();
    oracle::settle(&rig, Duration::from_secs(60)).await.unwrap();
    eprintln!(
        "{} receipts; tried again after {:?}",
        rig.journal.receipts(),
        rig.journal.failures()
    );
    // At most as many mails as a copy has connections are on the wire when it is killed.
    let exceptions = Exceptions {
        unknown: 8 * senders,
        ..Exceptions::default()
    };
    oracle::judge(&rig, &exceptions).await.unwrap();
    assert!(rig.journal.receipts() > 50, "hardly any load");
    let killed: BTreeSet<_> = done.iter().map(|(point, _)| *point).collect();
    assert_eq!(killed, planned);
}

/// Notification cannot keep some messages, and matching misses some events, while copies die exactly
/// where that is dealt with.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for two minutes"]
async fn killed_while_events_are_missing_or_refused_nothing_is_lost_or_done_twice() {
    let soon_dead = [("WINNER_NOTIFICATION__MESSAGING__ATTEMPTS", "2")];
    let mut rig = Rig::start_with("crash_provoked", &soon_dead).await.unwrap();
    let load = Load::start(&rig, 4, Duration::from_millis(200), 2).unwrap();
    witness::poison(&rig.admin).await.unwrap();
    let deleted = make_gaps(&mut rig).await.unwrap();
    let queues = BTreeMap::from([("matching", queue(GAPS)), ("notification", queue(REFUSALS))]);
    let done = killer::carry_out(&mut rig, queues, PATIENCE).await;
    let waiting = enough_waits(&rig).await;
    load.stop().await.unwrap();
    assert_eq!(done.unwrap().len(), GAPS.len() + REFUSALS.len());
    waiting.unwrap();
    rig.installation
        .fleet
        .start(&CopyId::new("matching", 2))
        .unwrap();
    witness::heal(&rig.admin).await.unwrap();

    // One copy alone settles dead letters, or the other would be done with all of them first.
    rig.kill_role("notification").unwrap();
    witness::refuse_second_events(&rig.admin).await.unwrap();
    rig.operate(&["dlq", "replay", "notification"]).unwrap();
    let queues = BTreeMap::from([("notification", queue(REVIVALS))]);
    let done = killer::carry_out(&mut rig, queues, PATIENCE).await.unwrap();
    assert_eq!(done.len(), REVIVALS.len());
    witness::accept_second_events(&rig.admin).await.unwrap();
    rig.installation
        .fleet
        .start(&CopyId::new("notification", 2))
        .unwrap();
    rig.revive_all().await.unwrap();
    until_nothing(Duration::from_secs(60), async || {
        rig.operate(&["dlq", "replay", "notification"])?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        oracle::in_the_way(&rig).await
    })
    .await
    .unwrap();
    let exceptions = Exceptions {
        deleted,
        unknown: 8 * (REFUSALS.len() + REVIVALS.len() + 1),
    };
    oracle::judge(&rig, &exceptions).await.unwrap();
}

fn queue(points: &[&'static str]) -> VecDeque<Sentence> {
    points.iter().copied().map(Sentence::at).collect()
}

/// Waits until enough dead letters lie there, some with events behind them, to die of each revival.
async fn enough_waits(rig: &Rig) -> anyhow::Result<()> {
    until_nothing(Duration::from_secs(60), async || {
        let found = sql::rows(
            &rig.admin,
            "select (select count(*) from notification.dead_letters where state = 'open')::text,
                    (select count(*) from notification.held_events)::text",
        )
        .await?;
        let [letters, held] = [found[0][0].parse::<usize>()?, found[0][1].parse::<usize>()?];
        let enough = letters >= REVIVALS.len() && held >= 2;
        Ok(if enough {
            vec![]
        } else {
            vec![format!(
                "only {letters} dead letters, {held} events behind them"
            )]
        })
    })
    .await
}

/// Kills matching and takes from the stream the first event of some submissions that have two.
async fn make_gaps(rig: &mut Rig) -> anyhow::Result<Vec<(String, u64)>> {
    for copy in [1, 2] {
        rig.installation
            .fleet
            .kill(&CopyId::new("matching", copy))?;
    }
    let mut found = Vec::new();
    until_nothing(Duration::from_secs(60), async || {
        found = sql::rows(
            &rig.admin,
            "select f.stream, f.stream_sequence::text
             from   intake.published f
             join   intake.published s
             using  (aggregate_type, aggregate_id)
             left   join matching.inbox i
             using  (aggregate_type, aggregate_id)
             where  aggregate_type = 'submission'
             and    (f.count, s.count) = (1, 2)
             and    coalesce(i.count, 0) = 0",
        )
        .await?;
        Ok(if found.len() < 4 {
            vec![format!("only {} gaps", found.len())]
        } else {
            vec![]
        })
    })
    .await?;
    let jetstream = rig.jetstream().await?;
    let mut deleted = Vec::new();
    for row in found {
        let (stream, sequence) = (row[0].clone(), row[1].parse()?);
        jetstream
            .get_stream(&stream)
            .await?
            .delete_message(sequence)
            .await?;
        deleted.push((stream, sequence));
    }
    Ok(deleted)
}
