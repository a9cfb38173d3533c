//! The table "This service is down: what still works" of ARCHITECTURE.md, a function a row. Each takes one
//! part away, shows what works, what waits and what is refused, and that nothing is missing afterwards.
//! The rows follow each other on one small edition, whose second wave is open while its first is judged.
#![allow(
    clippy::disallowed_methods,
    reason = "a test looks at rows that no RPC shows"
)]
#![allow(clippy::large_futures, reason = "a test runs once")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::time::Duration;

use sqlx::PgPool;
use tonic::{Code, Status};
use winner::stack::fleet::CopyId;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::options::v1::Office;
use winner_tests::edition::{Edition, ROUNDS, TEAM, name, submission};
use winner_tests::judged::Seat;
use winner_tests::site::{Site, until};

const READY: Duration = Duration::from_secs(90);
const SERVICES: [&str; 4] = ["intake", "matching", "judging", "notification"];

/// What every row works with.
struct Stage {
    edition: Edition,
    database: PgPool,
    /// Drafts of the open wave that nobody has submitted yet.
    drafts: Vec<intake::SubmitRequest>,
    /// How many mails the team must have in the end.
    mails: usize,
    /// How many submissions matching must have copies of.
    submitted: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_what_still_works_holds() {
    let mut stage = Stage::set().await;
    println!("set");
    notification(&mut stage).await;
    println!("notification: holds");
    mail_server(&mut stage).await;
    println!("mail server: holds");
    matching(&mut stage).await;
    println!("matching: holds");
    judging(&mut stage).await;
    println!("judging: holds");
    nats(&mut stage).await;
    println!("NATS: holds");
    postgres(&mut stage).await;
    println!("Postgres: holds");
    one_of_two_copies(&mut stage).await;
    println!("one of two copies: holds");
    intake(&mut stage).await;
    println!("intake: holds");
    stage.nothing_is_missing().await;
}

/// Notification is down: everything else works; every message waits.
async fn notification(stage: &mut Stage) {
    stage.settled().await;
    stage.kill("notification");
    stage.submits().await;
    stage.screens().await;
    stage.edition.propose_matches().await.unwrap();
    stage.scores().await;
    away(stage.edition.list_messages().await);
    stage.revive("notification").await;
    stage.the_mails_arrive().await;
}

/// The mail server is down: mails wait.
async fn mail_server(stage: &mut Stage) {
    stage.edition.site.stack.kill_mail_sink().await.unwrap();
    stage.submits().await;
    stage.scores().await;
    let tried = "select count(*) from notification.message_attempts where reason is not null";
    let before = stage.count(tried).await;
    until("the mail to be refused a connection", async || {
        Ok((stage.count(tried).await > before).then_some(()))
    })
    .await
    .unwrap();
    stage.edition.list_messages().await.unwrap();
    stage.edition.site.stack.revive_mail_sink().await.unwrap();
    stage.the_mails_arrive().await;
}

/// Matching is down: intake and judging go on, also with a recusal; closing a round must ask and cannot.
async fn matching(stage: &mut Stage) {
    let seats = stage.edition.seats(ROUNDS[0]).await.unwrap();
    stage.kill("matching");
    stage.submits().await;
    stage.screens().await;
    stage.scores().await;
    let seat = stage.seat().await;
    stage.edition.recuse(&seat).await.unwrap();
    away(stage.edition.propose_matches().await);
    away(stage.edition.plan(ROUNDS[1]).await);
    away(stage.edition.close(ROUNDS[0]).await);
    stage.revive("matching").await;
    until(
        "the replacement of the judge who stepped back",
        async || {
            let now = stage.edition.seats(ROUNDS[0]).await?;
            Ok((now == seats).then_some(()))
        },
    )
    .await
    .unwrap();
    stage.the_copies_arrive().await;
}

/// Judging is down: intake works, and matching confirms a panel that judging hears of afterwards.
async fn judging(stage: &mut Stage) {
    let planned = stage.edition.planned(ROUNDS[1]).await.unwrap();
    let seat = stage.seat().await;
    stage.kill("judging");
    stage.submits().await;
    stage.screens().await;
    stage.edition.propose_matches().await.unwrap();
    stage.edition.confirm(&planned).await.unwrap();
    away(stage.edition.score(&seat, 6_000).await);
    away(stage.edition.rank(ROUNDS[0]).await);
    stage.revive("judging").await;
    stage.edition.opened(ROUNDS[1], &planned).await.unwrap();
    stage.scores().await;
}

/// NATS is down: every service answers and stays ready; events wait in the outboxes.
async fn nats(stage: &mut Stage) {
    stage.edition.site.stack.kill_nats().await.unwrap();
    stage.submits().await;
    stage.screens().await;
    stage.scores().await;
    stage.edition.propose_matches().await.unwrap();
    stage.edition.list_messages().await.unwrap();
    for _ in 0..8 {
        for role in ["intake", "judging"] {
            let copy = CopyId::new(role, 1);
            let fleet = &mut stage.edition.site.installation.fleet;
            let ready = fleet.wait_ready(&copy, Duration::from_millis(900));
            ready.await.expect("readiness must not depend on NATS");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let waiting = "select count(*) from intake.outbox";
    assert!(
        stage.count(waiting).await >= 2,
        "what was submitted and screened waits"
    );
    // A panel that was confirmed just now has not reached judging.
    let planned = stage.edition.planned(ROUNDS[2]).await.unwrap();
    stage.edition.confirm(&planned).await.unwrap();
    let early = stage
        .edition
        .open_round(ROUNDS[2], &planned)
        .await
        .unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition, "{early:?}");

    stage.edition.site.stack.revive_nats().await.unwrap();
    until("the outbox to empty", async || {
        Ok((stage.count(waiting).await == 0).then_some(()))
    })
    .await
    .unwrap();
    stage.the_copies_arrive().await;
    stage.the_mails_arrive().await;
    stage.edition.opened(ROUNDS[2], &planned).await.unwrap();
}

/// Postgres is down: the rest is unavailable, and a `Submit` that has arrived waits for it.
async fn postgres(stage: &mut Stage) {
    let draft = stage.drafts.pop().unwrap();
    let seat = stage.seat().await;
    stage.settled().await;
    stage.edition.site.stack.kill_postgres().await.unwrap();
    let edition = &stage.edition;
    let (receipt, ()) = tokio::join!(edition.submit(&draft), async {
        let mut editions = EditionServiceClient::new(edition.site.channel("intake").unwrap());
        let waves = intake::ListWavesRequest { parent: name() };
        away(editions.list_waves(waves).await);
        away(edition.queue(ROUNDS[0]).await);
        away(edition.score(&seat, 6_500).await);
        away(edition.list_matches().await);
        away(edition.propose_matches().await);
        away(edition.list_messages().await);
        edition.site.stack.revive_postgres().await.unwrap();
    });
    receipt.expect("it had arrived, and the database came back in time");
    stage.mails += 1;
    stage.submitted += 1;
    for role in SERVICES {
        let fleet = &mut stage.edition.site.installation.fleet;
        fleet
            .wait_ready(&CopyId::new(role, 1), READY)
            .await
            .unwrap();
    }
    stage.scores().await;
    stage.the_copies_arrive().await;
    stage.the_mails_arrive().await;
}

/// One of two copies is down: the other serves, and takes over what the dead one held.
async fn one_of_two_copies(stage: &mut Stage) {
    stage.settled().await;
    for role in SERVICES {
        let second = CopyId::new(role, 2);
        let fleet = &mut stage.edition.site.installation.fleet;
        fleet.start(&second).unwrap();
        fleet.wait_ready(&second, READY).await.unwrap();
        fleet.kill(&CopyId::new(role, 1)).unwrap();
    }
    stage.submits().await;
    stage.screens().await;
    stage.scores().await;
    stage.edition.propose_matches().await.unwrap();
    stage.edition.list_messages().await.unwrap();
    stage.the_copies_arrive().await;
    stage.the_mails_arrive().await;
    for role in SERVICES {
        stage.revive(role).await;
        let fleet = &mut stage.edition.site.installation.fleet;
        fleet.stop(&CopyId::new(role, 2)).unwrap();
    }
}

/// Intake is down: what was read can be scored, a panel is planned from copies, and the round goes to its
/// published result. From its close on, matching is not needed either.
async fn intake(stage: &mut Stage) {
    let edition = &stage.edition;
    let seats = edition.score_all(ROUNDS[0]).await.unwrap();
    let draft = stage.drafts.pop().unwrap();
    stage.kill("intake");
    let edition = &stage.edition;
    edition.score(&seats[0], 8_000).await.unwrap();
    away(edition.read(&seats[0]).await);
    away(edition.submit(&draft).await);
    let stranger = edition.site.sign_in("tamu", &[]).await.unwrap_err();
    away::<()>(Err(stranger.downcast().unwrap()));
    let panel = edition.planned(ROUNDS[3]).await.unwrap();
    edition.confirm(&panel).await.unwrap();
    edition.opened(ROUNDS[3], &panel).await.unwrap();
    edition.close(ROUNDS[0]).await.unwrap();
    stage.kill("matching");
    stage.edition.publish(ROUNDS[0]).await.unwrap();

    stage.revive("matching").await;
    stage.revive("intake").await;
    stage.edition.site.sign_in("tamu", &[]).await.unwrap();
    stage
        .edition
        .read(&seats[0])
        .await
        .expect_err("the round is closed");
    stage.edition.submit(&draft).await.unwrap();
    // A mail for this one, and one for the result: two entries, but the same person's.
    stage.mails += 2;
    stage.submitted += 1;
    stage.the_copies_arrive().await;
    stage.the_mails_arrive().await;
}

/// The part is not there, and its caller learns just that.
#[track_caller]
fn away<T>(answer: Result<T, Status>) {
    match answer {
        Ok(_) => panic!("answered by who is down"),
        Err(status) => assert_eq!(status.code(), Code::Unavailable, "{status:?}"),
    }
}

impl Stage {
    /// An edition of which the first wave is judged and the second open.
    async fn set() -> Self {
        let mut site = Site::quick("down").await.unwrap();
        let fleet = &mut site.installation.fleet;
        fleet.set_environment("WINNER_NOTIFICATION__SENDING__RETRY_FIRST_MS", "500");
        fleet.set_environment("WINNER_NOTIFICATION__SENDING__RETRY_LONGEST_MS", "2000");
        fleet.start_all(1, READY).await.unwrap();
        let mut edition = Edition::open(site).await.unwrap();
        edition.grant("penyaring", Office::Screener).await.unwrap();
        for judge in ["juri-1", "juri-2", "juri-3"] {
            edition.grant(judge, Office::Judge).await.unwrap();
        }
        let judged = [0, 1];
        for n in judged {
            let draft = edition.draft(n, "36.73").await.unwrap();
            edition.submit(&draft).await.unwrap();
        }
        let mut drafts = Vec::new();
        for n in 2..12 {
            drafts.push(edition.draft(n, "12.71").await.unwrap());
        }
        let now = time::macros::datetime!(2027-03-22 09:00 +7);
        edition.site.set_clock(now).await.unwrap();
        edition.first_wave_closed().await.unwrap();
        for n in judged {
            edition.screen(submission(n)).await.unwrap();
        }
        edition.announce("gelombang-1").await.unwrap();
        for round in ROUNDS {
            edition.created(round).await.unwrap();
        }
        let panel = edition.planned(ROUNDS[0]).await.unwrap();
        edition.confirm(&panel).await.unwrap();
        edition.opened(ROUNDS[0], &panel).await.unwrap();
        let database = edition.site.database().await.unwrap();
        Self {
            edition,
            database,
            drafts,
            // Two receipts, two outcomes.
            mails: 4,
            submitted: 2,
        }
    }

    fn kill(&mut self, role: &str) {
        let fleet = &mut self.edition.site.installation.fleet;
        fleet.kill(&CopyId::new(role, 1)).unwrap();
    }

    async fn revive(&mut self, role: &str) {
        let copy = CopyId::new(role, 1);
        let fleet = &mut self.edition.site.installation.fleet;
        fleet.start(&copy).unwrap();
        fleet.wait_ready(&copy, READY).await.unwrap();
    }

    /// The team submits.
    async fn submits(&mut self) {
        let draft = self.drafts.pop().expect("a draft");
        let receipt = self.edition.submit(&draft).await.unwrap();
        assert!(!receipt.number.is_empty(), "a receipt without a number");
        self.mails += 1;
        self.submitted += 1;
    }

    /// The screener decides on what was submitted last.
    async fn screens(&self) {
        let last = self.drafts.len() + 2;
        let last = submission(u32::try_from(last).unwrap());
        self.edition.screen(last).await.unwrap();
    }

    /// A judge scores an entry, or corrects their scores of it.
    async fn scores(&self) {
        let seat = self.seat().await;
        self.edition.score(&seat, 7_000).await.unwrap();
    }

    /// A seat of the open round whose judge has declared and read.
    async fn seat(&self) -> Seat {
        let seats = self.edition.queue(ROUNDS[0]).await.unwrap();
        let seat = seats.into_iter().next().expect("nobody judges");
        self.edition.accept(&seat).await.unwrap();
        seat
    }

    async fn count(&self, query: &'static str) -> i64 {
        self.one(query).await
    }

    async fn one<T>(&self, query: &'static str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        sqlx::query_scalar(query)
            .fetch_one(&self.database)
            .await
            .unwrap()
    }

    async fn the_copies_arrive(&self) {
        until("matching's copies", async || {
            let copies = self
                .count("select count(*) from matching.submissions")
                .await;
            Ok((copies == self.submitted).then_some(()))
        })
        .await
        .unwrap();
    }

    async fn the_mails_arrive(&self) {
        let mailbox = self.edition.site.stack.mailbox();
        let what = format!("{} mails to the team", self.mails);
        until(&what, async || {
            Ok((mailbox.letters_to(TEAM)?.len() == self.mails).then_some(()))
        })
        .await
        .unwrap();
    }

    /// Waits until nothing is under way: a mail whose sender is killed waits for the end of its lease.
    async fn settled(&self) {
        for outbox in [
            "select count(*) from intake.outbox",
            "select count(*) from matching.outbox",
            "select count(*) from judging.outbox",
        ] {
            until(outbox, async || {
                Ok((self.count(outbox).await == 0).then_some(()))
            })
            .await
            .unwrap();
        }
        // What was published a moment ago becomes a message.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let unsettled =
            "select coalesce(string_agg(concat_ws(' ', template, state, phase, reason), '; '), '')
                         from   notification.messages
                         where  state not in ('sent', 'unknown')";
        for _ in 0..600 {
            if self.one::<String>(unsettled).await.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("without an end: {}", self.one::<String>(unsettled).await);
    }

    /// Everything came exactly once, and nobody's copy differs.
    async fn nothing_is_missing(&self) {
        self.settled().await;
        // What was on its way when its sender or the database was killed may be out or not: it is listed.
        let messages = self
            .count("select count(*) from notification.messages")
            .await;
        let sent = "select count(*) from notification.messages where state = 'sent'";
        let sent = self.count(sent).await;
        let mails = self.edition.site.stack.mailbox().count().unwrap();
        let mails = i64::try_from(mails).unwrap();
        assert!(
            (sent..=messages).contains(&mails),
            "{mails} mails of {messages} messages, {sent} known to be sent"
        );
        assert_eq!(
            self.count("select count(*) from intake.submission_versions")
                .await,
            self.submitted,
            "sealed versions"
        );
        self.the_copies_arrive().await;
    }
}
