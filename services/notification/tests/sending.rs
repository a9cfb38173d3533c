//! Claims, leases, the point of no return and the reaper, on a real database.
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

use std::time::Duration;

use sqlx::PgPool;
use support::intake::EDITION;
use support::office::{Office, Timing};
use support::relay::Manners;
use winner_messaging::Origin;
use winner_notification::commands::conclude::{Ended, conclude};
use winner_notification::commands::reap::reap;
use winner_notification::domain::channel::Channel;
use winner_notification::domain::evidence::Evidence;
use winner_notification::domain::message::{Answer, Report};
use winner_notification::domain::patience::Patience;
use winner_notification::domain::reason::Reason;
use winner_notification::store::claims;
use winner_proto::intake::v1::DeliveryMode;

const LONG: Duration = Duration::from_mins(1);
const LAPSED: Duration = Duration::from_millis(1);
const PATIENCE: Patience = Patience {
    first: Duration::ZERO,
    longest: Duration::ZERO,
    tries: 5,
};

fn accepted(claim: &claims::Claim) -> Ended {
    Ended {
        message_id: claim.message_id,
        fence: claim.fence,
        report: Report::Answered(Answer::Accepted { status_code: 250 }),
        talked: true,
        evidence: Evidence::default(),
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn two_senders_never_send_one_message_twice(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let messages = office.queue(300).await;
    let (one, other) = (office.start(), office.start());
    office.wait_for(&["sent"]).await;
    one.stop().await;
    other.stop().await;
    let spool = office.spool();
    assert_eq!(spool.len(), messages.len());
    assert!(spool.values().all(|copies| *copies == 1));
    assert_eq!(office.said().await.get("sent"), Some(&300));
    let batches = office.intake.knowledge.lock().unwrap().batches;
    assert!(
        batches <= 60,
        "contacts were asked for {batches} times for 300 messages"
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_held_edition_sends_nothing_until_it_is_live(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.intake.deliver(DeliveryMode::Live);
    office.queue(3).await;
    office.intake.deliver(DeliveryMode::Hold);
    office.know_edition().await;
    let process = office.start();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(office.spool().is_empty());
    assert_eq!(office.states().await.get("held"), Some(&3));
    office.intake.deliver(DeliveryMode::Live);
    office.know_edition().await;
    office.wait_for(&["sent"]).await;
    process.stop().await;
    assert_eq!(office.spool().len(), 3);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_rehearsal_goes_to_its_address_alone(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.intake.deliver(DeliveryMode::Redirect);
    office.queue(2).await;
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    for message in office.relay.messages() {
        assert!(message.contains("To: gladi@contoh.test"), "{message}");
        assert_eq!(message.matches("@contoh.test").count(), 4, "{message}");
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn silence_after_the_dot_leaves_a_message_unknown_and_never_sends_it_again(pool: PgPool) {
    let office = Office::open(&pool, Manners::SilentAfterDot).await;
    office.queue(3).await;
    let timing = Timing {
        answer_ms: 100,
        ..Timing::default()
    };
    let process = office.start_with(timing);
    office.wait_for(&["unknown"]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    process.stop().await;
    assert_eq!(office.states().await.get("unknown"), Some(&3));
    assert!(office.spool().values().all(|copies| *copies == 1));
    assert_eq!(office.said().await.get("unknown"), Some(&3));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_refused_recipient_fails_and_somebody_erased_is_never_written_to(pool: PgPool) {
    let office = Office::open(&pool, Manners::AnswersRcpt("550 5.1.1 unknown")).await;
    office.queue(2).await;
    let erased = sqlx::query_scalar!("SELECT recipient_id FROM notification.messages LIMIT 1")
        .fetch_one(&office.pool)
        .await
        .unwrap();
    office
        .intake
        .knowledge
        .lock()
        .unwrap()
        .erased
        .push(erased.to_string());
    let process = office.start();
    office.wait_for(&["failed", "suppressed"]).await;
    process.stop().await;
    assert_eq!(office.states().await.len(), 2);
    assert_eq!(office.said().await.get("failed"), Some(&1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_relay_that_is_down_costs_attempts_and_no_message(pool: PgPool) {
    let office = Office::open(&pool, Manners::AnswersMail("421 4.3.2 closing")).await;
    office.queue(2).await;
    let process = office.start_with(Timing {
        tries: 2,
        ..Timing::default()
    });
    office.wait_for(&["failed"]).await;
    process.stop().await;
    let reasons = sqlx::query_scalar!("SELECT DISTINCT reason FROM notification.messages")
        .fetch_all(&office.pool)
        .await
        .unwrap();
    assert_eq!(reasons, [Some(Reason::GaveUp.code().to_owned())]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_intake_that_is_down_is_waited_for(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(2).await;
    office.intake.knowledge.lock().unwrap().down = true;
    let process = office.start_with(Timing {
        tries: 100,
        ..Timing::default()
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(office.spool().is_empty());
    office.intake.knowledge.lock().unwrap().down = false;
    office.wait_for(&["sent"]).await;
    process.stop().await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_stop_gives_back_what_has_not_reached_the_relay(pool: PgPool) {
    let office = Office::open(&pool, Manners::SilentAfterDot).await;
    office.queue(20).await;
    let process = office.start_with(Timing {
        answer_ms: 400,
        ..Timing::default()
    });
    while office.spool().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    process.stop().await;
    let states = office.states().await;
    let unknown = states.get("unknown").copied().unwrap_or_default();
    assert!((1..=4).contains(&unknown), "{states:?}");
    assert_eq!(states.get("queued"), Some(&(20 - unknown)), "{states:?}");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn who_waits_too_long_for_a_connection_goes_back_into_the_queue(pool: PgPool) {
    let office = Office::open(&pool, Manners::SilentAfterDot).await;
    office.queue(12).await;
    let lease = Duration::from_secs(1);
    let timing = Timing {
        lease,
        answer_ms: 1_500,
        reaps: false,
        ..Timing::default()
    };
    let process = office.start_with(timing);
    office.wait_for(&["unknown"]).await;
    process.stop().await;
    assert!(
        office.spool().values().all(|copies| *copies == 1),
        "{:?}",
        office.spool()
    );
    assert_eq!(office.spool().len(), 12);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_lapsed_claim_waits_for_its_turn_again(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(1).await;
    let claims = claims::claim(&office.pool, Channel::Email, 10, LAPSED)
        .await
        .unwrap();
    assert_eq!(claims.len(), 1);
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(reap(&office.ledger).await.unwrap(), 1);
    assert_eq!(office.states().await.get("queued"), Some(&1));
    let again = claims::claim(&office.pool, Channel::Email, 10, LONG)
        .await
        .unwrap();
    assert!(again[0].fence > claims[0].fence);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_lapsed_commitment_is_unknown_and_a_late_answer_settles_it(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(1).await;
    let claim = claims::claim(&office.pool, Channel::Email, 10, LONG)
        .await
        .unwrap()
        .remove(0);
    let crossed = claims::cross(&office.pool, &[(claim.message_id, claim.fence)], LAPSED)
        .await
        .unwrap();
    assert_eq!(crossed, [claim.fence]);
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(reap(&office.ledger).await.unwrap(), 1);
    assert_eq!(office.states().await.get("unknown"), Some(&1));
    conclude(&office.ledger, &PATIENCE, &[accepted(&claim)])
        .await
        .unwrap();
    assert_eq!(office.states().await.get("sent"), Some(&1));
    let said = office.said().await;
    assert_eq!(
        (said.get("unknown"), said.get("sent")),
        (Some(&1), Some(&1))
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn who_lost_the_lease_may_not_write_the_dot(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(1).await;
    let slow = claims::claim(&office.pool, Channel::Email, 10, LAPSED)
        .await
        .unwrap()
        .remove(0);
    tokio::time::sleep(Duration::from_millis(10)).await;
    let this = [(slow.message_id, slow.fence)];
    assert!(
        claims::cross(&office.pool, &this, LONG)
            .await
            .unwrap()
            .is_empty()
    );
    reap(&office.ledger).await.unwrap();
    let quick = claims::claim(&office.pool, Channel::Email, 10, LONG)
        .await
        .unwrap()
        .remove(0);
    assert!(
        claims::cross(&office.pool, &this, LONG)
            .await
            .unwrap()
            .is_empty()
    );
    let next = [(quick.message_id, quick.fence)];
    assert_eq!(
        claims::cross(&office.pool, &next, LONG).await.unwrap(),
        [quick.fence]
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_report_under_an_old_token_changes_nothing(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(1).await;
    let slow = claims::claim(&office.pool, Channel::Email, 10, LAPSED)
        .await
        .unwrap()
        .remove(0);
    tokio::time::sleep(Duration::from_millis(10)).await;
    reap(&office.ledger).await.unwrap();
    let quick = claims::claim(&office.pool, Channel::Email, 10, LONG)
        .await
        .unwrap()
        .remove(0);
    conclude(&office.ledger, &PATIENCE, &[accepted(&slow)])
        .await
        .unwrap();
    assert_eq!(office.states().await.get("sending"), Some(&1));
    claims::cross(&office.pool, &[(quick.message_id, quick.fence)], LONG)
        .await
        .unwrap();
    conclude(&office.ledger, &PATIENCE, &[accepted(&slow)])
        .await
        .unwrap();
    assert_eq!(office.states().await.get("sending"), Some(&1));
    conclude(&office.ledger, &PATIENCE, &[accepted(&quick)])
        .await
        .unwrap();
    assert_eq!(office.states().await.get("sent"), Some(&1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_a_claim_says_of_its_edition_is_what_was_adopted(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(1).await;
    let claim = claims::claim(&office.pool, Channel::Email, 10, LONG)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(claim.edition.edition_id, EDITION);
    assert_eq!(claim.edition.data_notice, "DATA CONTOH");
    assert!(claim.rules.unwrap().test);
    // A unit that is dropped leaves nothing behind.
    let unit = office.ledger.begin(Origin::request("test")).await.unwrap();
    drop(unit);
    assert_eq!(office.said().await.len(), 0);
}
