//! "This service is down: what still works" in ARCHITECTURE.md, a test for each row.
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

use tonic::{Code, Status};
use winner::stack::fleet::CopyId;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;
use winner_proto::judging::v1 as judging;
use winner_proto::judging::v1::round_service_client::RoundServiceClient;
use winner_proto::matching::v1 as matching;
use winner_proto::matching::v1::match_service_client::MatchServiceClient;
use winner_proto::notification::v1 as notification;
use winner_proto::notification::v1::message_service_client::MessageServiceClient;
use winner_tests::crash::client::{Session, channel};
use winner_tests::crash::journal::Accepted;
use winner_tests::crash::load::Team;
use winner_tests::crash::oracle::{self, Exceptions};
use winner_tests::crash::{Load, Rig};

const PATIENCE: Duration = Duration::from_secs(60);

/// Teams submit for a while; every one of them gets its receipt at the first try.
async fn teams_submit_undisturbed(rig: &Rig, seed: u64) {
    let before = rig.journal.receipts();
    let load = Load::start(rig, 3, Duration::from_millis(100), seed).unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    load.stop().await.unwrap();
    assert!(rig.journal.receipts() > before, "nobody could submit");
    assert_eq!(
        rig.journal.failures().len(),
        0,
        "{:?}",
        rig.journal.failures()
    );
}

/// What waited catches up by itself, and nothing is lost or doubled.
async fn everything_catches_up(rig: &Rig) {
    oracle::settle(rig, PATIENCE).await.unwrap();
    // A role that was killed while idle had no mail on the wire.
    oracle::judge(rig, &Exceptions::default()).await.unwrap();
}

/// Something waits for whoever is down.
async fn something_waits(rig: &Rig) {
    let left = oracle::in_the_way(rig).await.unwrap();
    assert!(!left.is_empty(), "nothing waits for who is down");
}

async fn ask_matching(rig: &Rig, session: &Session) -> Result<(), Status> {
    let url = rig.installation.fleet.url("matching").unwrap();
    let request = matching::ListMatchesRequest {
        parent: format!("editions/{}", rig.edition),
        ..Default::default()
    };
    let mut matches = MatchServiceClient::new(channel(&url).unwrap());
    matches.list_matches(session.ask(request)).await.map(drop)
}

async fn ask_judging(rig: &Rig, session: &Session) -> Result<(), Status> {
    let url = rig.installation.fleet.url("judging").unwrap();
    let request = judging::GetRoundRequest {
        name: format!("editions/{}/rounds/belum-ada", rig.edition),
    };
    let mut rounds = RoundServiceClient::new(channel(&url).unwrap());
    match rounds.get_round(session.ask(request)).await {
        // That there is no such round is judging's own answer.
        Err(status) if status.code() == Code::NotFound => Ok(()),
        other => other.map(drop),
    }
}

async fn ask_notification(rig: &Rig, session: &Session) -> Result<(), Status> {
    let url = rig.installation.fleet.url("notification").unwrap();
    let request = notification::ListMessagesRequest {
        parent: format!("editions/{}", rig.edition),
        ..Default::default()
    };
    let mut messages = MessageServiceClient::new(channel(&url).unwrap());
    messages.list_messages(session.ask(request)).await.map(drop)
}

async fn ask_intake(rig: &Rig) -> Result<(), Status> {
    let url = rig.installation.fleet.url("intake").unwrap();
    let request = intake::ListWavesRequest {
        parent: format!("editions/{}", rig.edition),
    };
    let mut editions = EditionServiceClient::new(channel(&url).unwrap());
    editions.list_waves(request).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for half a minute"]
async fn without_intake_the_others_answer_who_is_signed_in() {
    let mut rig = Rig::start("down_intake").await.unwrap();
    teams_submit_undisturbed(&rig, 1).await;
    oracle::settle(&rig, PATIENCE).await.unwrap();
    let chair = rig.chair().await.unwrap();
    rig.kill_role("intake").unwrap();
    ask_intake(&rig).await.unwrap_err();
    ask_matching(&rig, &chair).await.unwrap();
    ask_judging(&rig, &chair).await.unwrap();
    ask_notification(&rig, &chair).await.unwrap();
    rig.start_role("intake").await.unwrap();
    teams_submit_undisturbed(&rig, 2).await;
    everything_catches_up(&rig).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for half a minute"]
async fn without_matching_teams_submit_and_judging_answers() {
    let mut rig = Rig::start("down_matching").await.unwrap();
    let chair = rig.chair().await.unwrap();
    rig.kill_role("matching").unwrap();
    teams_submit_undisturbed(&rig, 3).await;
    ask_matching(&rig, &chair).await.unwrap_err();
    ask_judging(&rig, &chair).await.unwrap();
    something_waits(&rig).await;
    rig.start_role("matching").await.unwrap();
    everything_catches_up(&rig).await;
    ask_matching(&rig, &chair).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for half a minute"]
async fn without_judging_teams_submit_and_matching_answers() {
    let mut rig = Rig::start("down_judging").await.unwrap();
    let chair = rig.chair().await.unwrap();
    rig.kill_role("judging").unwrap();
    teams_submit_undisturbed(&rig, 4).await;
    ask_judging(&rig, &chair).await.unwrap_err();
    ask_matching(&rig, &chair).await.unwrap();
    something_waits(&rig).await;
    rig.start_role("judging").await.unwrap();
    everything_catches_up(&rig).await;
    ask_judging(&rig, &chair).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for half a minute"]
async fn without_notification_teams_submit_and_are_told_later() {
    let mut rig = Rig::start("down_notification").await.unwrap();
    let chair = rig.chair().await.unwrap();
    rig.kill_role("notification").unwrap();
    teams_submit_undisturbed(&rig, 5).await;
    ask_notification(&rig, &chair).await.unwrap_err();
    assert_eq!(rig.stack.mailbox().count().unwrap(), 0);
    rig.start_role("notification").await.unwrap();
    everything_catches_up(&rig).await;
    assert_eq!(rig.stack.mailbox().count().unwrap(), rig.journal.receipts());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for half a minute"]
async fn without_nats_every_service_answers_and_events_wait() {
    let mut rig = Rig::start("down_nats").await.unwrap();
    let chair = rig.chair().await.unwrap();
    oracle::settle(&rig, PATIENCE).await.unwrap();
    rig.stack.kill_nats().await.unwrap();
    teams_submit_undisturbed(&rig, 6).await;
    ask_matching(&rig, &chair).await.unwrap();
    ask_judging(&rig, &chair).await.unwrap();
    something_waits(&rig).await;
    assert_eq!(rig.stack.mailbox().count().unwrap(), 0);
    rig.stack.revive_nats().await.unwrap();
    rig.wait_ready().await.unwrap();
    everything_catches_up(&rig).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for half a minute"]
async fn without_postgres_a_submit_that_arrived_waits_and_the_rest_is_unavailable() {
    let mut rig = Rig::start("down_postgres").await.unwrap();
    let mut team = Team::new(&rig, 1, 7).unwrap();
    let ready = team.ready().await.unwrap();
    let url = rig.installation.fleet.url("intake").unwrap();
    let mut submissions = SubmissionServiceClient::new(channel(&url).unwrap());
    oracle::settle(&rig, PATIENCE).await.unwrap();
    rig.stack.kill_postgres().await.unwrap();
    let refused = ask_intake(&rig).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable, "{refused:?}");
    let waiting = submissions.submit(ready.session.ask(ready.request.clone()));
    tokio::pin!(waiting);
    let early = tokio::time::timeout(Duration::from_secs(2), &mut waiting).await;
    assert!(early.is_err(), "answered without a database: {early:?}");
    rig.stack.revive_postgres().await.unwrap();
    let answered = waiting.await.unwrap().into_inner();
    rig.journal.accepted(Accepted {
        submission: ready.submission,
        request: ready.request,
        receipt: answered.receipt.unwrap(),
        tries: 1,
        withdrawn: false,
    });
    rig.revive_all().await.unwrap();
    everything_catches_up(&rig).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for half a minute"]
async fn without_the_mail_server_everything_else_works_and_mails_wait() {
    let rig = Rig::start("down_mail").await.unwrap();
    let chair = rig.chair().await.unwrap();
    rig.stack.kill_mail_sink().await.unwrap();
    teams_submit_undisturbed(&rig, 8).await;
    ask_matching(&rig, &chair).await.unwrap();
    ask_judging(&rig, &chair).await.unwrap();
    ask_notification(&rig, &chair).await.unwrap();
    assert_eq!(rig.stack.mailbox().count().unwrap(), 0);
    rig.stack.revive_mail_sink().await.unwrap();
    everything_catches_up(&rig).await;
    assert_eq!(rig.stack.mailbox().count().unwrap(), rig.journal.receipts());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine of its own for half a minute"]
async fn with_one_copy_of_each_service_everything_works() {
    let mut rig = Rig::start("down_copies").await.unwrap();
    for service in winner::registry::SERVICES {
        rig.installation
            .fleet
            .kill(&CopyId::new(service.name, 1))
            .unwrap();
    }
    teams_submit_undisturbed(&rig, 9).await;
    let chair = rig.chair().await.unwrap();
    ask_matching(&rig, &chair).await.unwrap();
    ask_judging(&rig, &chair).await.unwrap();
    ask_notification(&rig, &chair).await.unwrap();
    everything_catches_up(&rig).await;
}
