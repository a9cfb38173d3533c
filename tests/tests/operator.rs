//! What an operator types when events are lost or cannot be applied: the real binary, on an installation
//! whose broker lost a stream, and on one whose consumer met an event that its database refuses.
#![allow(
    clippy::large_futures,
    clippy::duration_suboptimal_units,
    clippy::single_match_else,
    clippy::assigning_clones,
    reason = "a test runs once, and says its times as they are measured"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a test looks at rows, and breaks a schema as a bad migration would"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use sqlx::PgPool;
use tokio::process::Command;
use winner::stack::fleet::CopyId;
use winner_messaging::Naming;
use winner_proto::event::AGGREGATES;
use winner_proto::options::v1::Office;
use winner_tests::edition::{Edition, TEAM};
use winner_tests::site::{Site, binary, until};

/// What a command said, and whether it ended well.
struct Said {
    text: String,
    well: bool,
}

impl Said {
    #[track_caller]
    fn has(&self, words: &str) -> &Self {
        assert!(self.text.contains(words), "no {words:?} in\n{}", self.text);
        self
    }

    #[track_caller]
    fn ended(&self, well: bool) -> &Self {
        assert_eq!(self.well, well, "{}", self.text);
        self
    }
}

/// Runs `winner` on the installation's own file, as its operator does.
async fn winner(site: &Site, arguments: &[&str]) -> Said {
    let output = Command::new(binary())
        .args(arguments)
        .arg("--config")
        .arg(site.installation.config())
        .output()
        .await
        .unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    text += &String::from_utf8_lossy(&output.stderr);
    Said {
        text,
        well: output.status.success(),
    }
}

async fn count(database: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(database).await.unwrap()
}

/// Waits until a count is what it must be.
async fn counted(database: &PgPool, what: &str, query: &'static str, wanted: i64) {
    until(what, async || {
        Ok((count(database, query).await == wanted).then_some(()))
    })
    .await
    .unwrap();
}

/// The stream that holds the events of an aggregate type of intake.
fn stream_of(naming: &Naming, aggregate: &str) -> String {
    let known = AGGREGATES
        .iter()
        .find(|known| known.service == "intake" && known.name == aggregate)
        .unwrap();
    naming.stream("intake", known.visibility)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_the_broker_lost_is_brought_back_from_the_ledger() {
    const COPIES: &str = "select count(*) from matching.submissions";
    const MESSAGES: &str =
        "select count(*) from notification.messages where template like 'submission%'";
    let mut site = Site::quick("lost_stream").await.unwrap();
    for role in ["intake", "matching", "judging", "notification"] {
        site.start(role, 1).await.unwrap();
    }
    let mut edition = Edition::open(site).await.unwrap();
    let database = edition.site.database().await.unwrap();
    let first = edition.draft(1, "36.73").await.unwrap();
    edition.submit(&first).await.unwrap();
    counted(&database, "matching's first copy", COPIES, 1).await;

    // Matching is behind when the broker loses what it has not read.
    let matching = CopyId::new("matching", 1);
    edition.site.installation.fleet.kill(&matching).unwrap();
    for n in 2..=4 {
        let draft = edition.draft(n, "36.73").await.unwrap();
        edition.submit(&draft).await.unwrap();
    }
    counted(&database, "every message", MESSAGES, 4).await;
    let mailbox = edition.site.stack.mailbox().clone();
    until("four mails", async || {
        Ok((mailbox.letters_to(TEAM)?.len() == 4).then_some(()))
    })
    .await
    .unwrap();
    let realm = edition.site.installation.realm();
    let stream = stream_of(realm.naming(), "submission");
    let client = realm.nats_login("operator").unwrap();
    let jetstream = async_nats::jetstream::new(client.connect().await.unwrap());
    jetstream.delete_stream(&stream).await.unwrap();

    // The doctor names it and says what helps.
    winner(&edition.site, &["doctor"])
        .await
        .ended(false)
        .has(&format!("create stream {stream}"))
        .has("-> run `winner provision`");
    winner(&edition.site, &["replay", "intake"])
        .await
        .ended(false)
        .has(&format!("no stream {stream}: provision first"));
    winner(&edition.site, &["provision"])
        .await
        .ended(true)
        .has(&format!("create stream {stream}"))
        .has(&format!("create consumer matching-intake on {stream}"));
    winner(
        &edition.site,
        &["replay", "intake", "--aggregate", "submission"],
    )
    .await
    .ended(true)
    .has("4 event(s) looked at, 4 published again");
    // The rest of what that stream held; a second run finds nothing to do.
    winner(&edition.site, &["replay", "intake"])
        .await
        .ended(true);
    winner(&edition.site, &["replay", "intake"])
        .await
        .ended(true)
        .has(" 0 published again");

    let fleet = &mut edition.site.installation.fleet;
    fleet.start(&matching).unwrap();
    counted(&database, "matching's copies", COPIES, 4).await;
    // Who had them already did nothing again, and new ones flow to both.
    let last = edition.draft(5, "36.73").await.unwrap();
    edition.submit(&last).await.unwrap();
    counted(&database, "matching's last copy", COPIES, 5).await;
    counted(&database, "the last message", MESSAGES, 5).await;
    until("the last mail", async || {
        Ok((mailbox.letters_to(TEAM)?.len() == 5).then_some(()))
    })
    .await
    .unwrap();
    winner(&edition.site, &["doctor"])
        .await
        .has("  answers; streams and consumers are as wanted")
        .ended(true);
    assert_eq!(count(&database, MESSAGES).await, 5);
    assert_eq!(mailbox.letters_to(TEAM).unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_holds_its_aggregate_alone_until_the_operator_replays_it() {
    const HELD: &str = "select count(*) from matching.held_events";
    const SCREENERS: &str = "select count(*) from matching.memberships where office = 'screener'";
    const JUDGES: &str = "select count(*) from matching.memberships where office = 'judge'";
    const ACTIVE: &str =
        "select count(*) from matching.memberships where office = 'judge' and active";
    let mut site = Site::quick("dead_letter").await.unwrap();
    site.installation
        .fleet
        .set_environment("WINNER_MATCHING__MESSAGING__ATTEMPTS", "2");
    for role in ["intake", "matching", "judging", "notification"] {
        site.start(role, 1).await.unwrap();
    }
    let mut edition = Edition::open(site).await.unwrap();
    let database = edition.site.database().await.unwrap();

    // A defect of matching's schema: it refuses judges.
    sqlx::raw_sql(
        "alter table matching.memberships add constraint defect check (office <> 'judge')",
    )
    .execute(&database)
    .await
    .unwrap();
    let judge = edition.grant("juri-1", Office::Judge).await.unwrap();
    let list = ["dlq", "list", "matching"];
    until("a dead letter", async || {
        let said = winner(&edition.site, &list).await;
        Ok(said
            .text
            .contains("1 dead letter(s) of matching")
            .then_some(()))
    })
    .await
    .unwrap();

    // What comes later of this office waits behind it; another's does not.
    edition.revoke(&judge).await.unwrap();
    edition.grant("penyaring", Office::Screener).await.unwrap();
    counted(&database, "the held event", HELD, 1).await;
    counted(&database, "the screener", SCREENERS, 1).await;
    assert_eq!(count(&database, JUDGES).await, 0);
    winner(&edition.site, &list)
        .await
        .ended(true)
        .has("Open  intake")
        .has("membership.granted")
        .has("  store  1 held");
    winner(&edition.site, &["doctor"])
        .await
        .has("look matching: dead letters ")
        .has("1 of intake by store; later events of the same aggregates wait")
        .has("then `winner dlq replay matching`");

    // Replayed too early, it fails again and stays.
    let replay = ["dlq", "replay", "matching"];
    winner(&edition.site, &replay)
        .await
        .has("1 will be applied again");
    until("the failure to be told again", async || {
        let said = winner(&edition.site, &list).await;
        Ok(said.text.contains("Open  intake").then_some(()))
    })
    .await
    .unwrap();
    assert_eq!(count(&database, JUDGES).await, 0);

    // The cause is mended; in order, the office is given and then taken away.
    sqlx::raw_sql("alter table matching.memberships drop constraint defect")
        .execute(&database)
        .await
        .unwrap();
    winner(&edition.site, &replay)
        .await
        .ended(true)
        .has("1 will be applied again");
    counted(&database, "the judge", JUDGES, 1).await;
    counted(&database, "nothing to be held", HELD, 0).await;
    counted(&database, "the office to have ended", ACTIVE, 0).await;
    winner(&edition.site, &list)
        .await
        .ended(true)
        .has("0 dead letter(s) of matching");

    // The aggregate is free again: a new office of the same person is known as it is given.
    edition.grant("juri-2", Office::Judge).await.unwrap();
    counted(&database, "the next judge", ACTIVE, 1).await;
    winner(&edition.site, &["doctor"])
        .await
        .ended(true)
        .has("ok   matching: dead letters ");
}
