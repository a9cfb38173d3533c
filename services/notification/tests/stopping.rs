//! What organisers do with messages: stop one, stop a mass mail half sent, send again.
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
use support::office::{Office, Timing, address_key};
use support::relay::Manners;
use tonic::{Code, Request};
use uuid::Uuid;
use winner_notification::commands::conclude::{Ended, conclude};
use winner_notification::commands::reap::reap;
use winner_notification::commands::stop::stop_some;
use winner_notification::domain::channel::Channel;
use winner_notification::domain::message::{Answer, BrokenOff, Report};
use winner_notification::domain::patience::Patience;
use winner_notification::domain::reason::Reason;
use winner_notification::grpc::messages::Messages;
use winner_notification::store::claims;
use winner_notification::store::stops::Stop;
use winner_platform::auth::{Actor, Grant};
use winner_proto::notification::v1::message_service_server::MessageService;
use winner_proto::notification::v1::{
    CancelMessageRequest, Message, MessageState, ResendMessageRequest, StopMessagesRequest,
    StopMessagesResponse,
};

const LONG: Duration = Duration::from_mins(1);

fn asked<T>(request: T) -> Request<T> {
    let grants = vec![Grant::new("organiser", EDITION)];
    Actor::of_person(Uuid::from_u128(7), grants).attach(Request::new(request))
}

fn service(office: &Office) -> Messages {
    Messages {
        ledger: office.ledger.clone(),
        wake: office.wake.clone(),
        book: office.book(),
    }
}

async fn event(office: &Office) -> Uuid {
    sqlx::query_scalar!("SELECT event_id FROM notification.messages LIMIT 1")
        .fetch_one(&office.pool)
        .await
        .unwrap()
}

async fn cancel(office: &Office, message: Uuid, id: &str) -> Result<Message, tonic::Status> {
    let request = CancelMessageRequest {
        name: format!("editions/{EDITION}/messages/{message}"),
        request_id: id.to_owned(),
    };
    let answer = service(office).cancel_message(asked(request)).await;
    answer.map(tonic::Response::into_inner)
}

async fn resend(office: &Office, message: Uuid, id: &str) -> Result<Message, tonic::Status> {
    let request = ResendMessageRequest {
        name: format!("editions/{EDITION}/messages/{message}"),
        request_id: id.to_owned(),
    };
    let answer = service(office).resend_message(asked(request)).await;
    answer.map(tonic::Response::into_inner)
}

async fn stop_all(office: &Office, id: &str) -> StopMessagesResponse {
    let request = StopMessagesRequest {
        parent: format!("editions/{EDITION}"),
        event_id: event(office).await.to_string(),
        request_id: id.to_owned(),
        ..StopMessagesRequest::default()
    };
    let answer = service(office).stop_messages(asked(request)).await;
    answer.unwrap().into_inner()
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_message_is_stopped_even_in_the_hands_of_a_sender(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let message = office.queue(1).await[0];
    let claim = claims::claim(&office.pool, Channel::Email, 10, LONG)
        .await
        .unwrap()
        .remove(0);
    let stopped = cancel(&office, message, "satu").await.unwrap();
    assert_eq!(stopped.state(), MessageState::Cancelled);
    assert_eq!(stopped.reason_code, "organiser");
    assert!(stopped.attempts[0].end_time.is_some());
    let crossing = [(claim.message_id, claim.fence)];
    let crossed = claims::cross(&office.pool, &crossing, LONG).await.unwrap();
    assert!(crossed.is_empty(), "the sender may write its dot");
    // The same request again is answered as before; another finds nothing to stop.
    assert_eq!(cancel(&office, message, "satu").await.unwrap(), stopped);
    let late = cancel(&office, message, "dua").await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_is_past_the_point_of_no_return_cannot_be_stopped(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let message = office.queue(1).await[0];
    let claim = claims::claim(&office.pool, Channel::Email, 10, LONG)
        .await
        .unwrap()
        .remove(0);
    let crossing = [(claim.message_id, claim.fence)];
    claims::cross(&office.pool, &crossing, LONG).await.unwrap();
    let refused = cancel(&office, message, "satu").await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert_eq!(office.states().await.get("sending"), Some(&1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_mass_mail_half_sent_is_stopped_under_a_sender_at_work(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(600).await;
    let process = office.start();
    while office.spool().len() < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let told = stop_all(&office, "satu").await;
    office.wait_for(&["sent", "cancelled"]).await;
    process.stop().await;
    let states = office.states().await;
    let spool = office.spool();
    assert!(told.stopped_count > 0, "{told:?}");
    assert_eq!(states.get("cancelled"), Some(&told.stopped_count));
    assert_eq!(
        told.stopped_count + told.sending_count + told.sent_count,
        600
    );
    assert_eq!(i64::try_from(spool.len()).unwrap(), states["sent"]);
    assert!(spool.values().all(|copies| *copies == 1));
    // A retry tells the same, though what was sending has been sent since.
    assert_eq!(stop_all(&office, "satu").await, told);
    let left = stop_all(&office, "dua").await;
    assert_eq!((left.stopped_count, left.sent_count), (0, states["sent"]));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_stop_that_was_broken_off_goes_on_under_the_same_id(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(7).await;
    let caller = Actor::of_person(Uuid::from_u128(7), vec![]).key();
    let begun = Stop {
        caller: &caller,
        request_id: "satu",
        edition_id: EDITION,
        event_id: event(&office).await,
        channel: None,
    };
    assert!(stop_some(&office.ledger, &begun, 3).await.unwrap());
    assert_eq!(office.states().await.get("cancelled"), Some(&3));
    assert_eq!(stop_all(&office, "satu").await.stopped_count, 7);
    let left = sqlx::query_scalar!(r#"SELECT count(*) AS "left!" FROM notification.stops"#)
        .fetch_one(&office.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_was_sending_when_its_event_was_stopped_is_not_tried_again(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let message = office.queue(1).await[0];
    let claim = claims::claim(&office.pool, Channel::Email, 10, LONG)
        .await
        .unwrap()
        .remove(0);
    let crossing = [(claim.message_id, claim.fence)];
    let short = Duration::from_millis(1);
    claims::cross(&office.pool, &crossing, short).await.unwrap();
    let told = stop_all(&office, "satu").await;
    assert_eq!((told.stopped_count, told.sending_count), (0, 1));
    tokio::time::sleep(Duration::from_millis(10)).await;
    reap(&office.ledger).await.unwrap();
    assert_eq!(office.states().await.get("unknown"), Some(&1));
    let later = Ended {
        report: Report::Answered(Answer::Later(Reason::Deferred)),
        ..Ended::broken_off(&claim, BrokenOff::Untried)
    };
    let patience = Patience {
        first: Duration::ZERO,
        longest: Duration::ZERO,
        tries: 5,
    };
    conclude(&office.ledger, &patience, &[later]).await.unwrap();
    assert_eq!(office.states().await.get("cancelled"), Some(&1));
    // An organiser may still change their mind.
    let again = resend(&office, message, "dua").await.unwrap();
    assert_eq!(again.state(), MessageState::Queued);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn sending_again_makes_one_more_try_however_many_there_were(pool: PgPool) {
    let office = Office::open(&pool, Manners::AnswersRcpt("550 5.1.1 unknown")).await;
    let message = office.queue(1).await[0];
    let once = Timing {
        tries: 1,
        ..Timing::default()
    };
    let process = office.start_with(once);
    office.wait_for(&["failed"]).await;
    let again = resend(&office, message, "satu").await.unwrap();
    assert_eq!(again.state(), MessageState::Queued);
    assert_eq!(resend(&office, message, "satu").await.unwrap(), again);
    office.wait_for(&["failed"]).await;
    process.stop().await;
    let attempts = sqlx::query_scalar!("SELECT attempt FROM notification.messages")
        .fetch_one(&office.pool)
        .await
        .unwrap();
    assert_eq!(attempts, 2);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_waits_or_was_sent_is_not_sent_again(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let message = office.queue(1).await[0];
    let refused = resend(&office, message, "satu").await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    let refused = resend(&office, message, "dua").await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let nobody = resend(&office, Uuid::from_u128(1), "tiga").await;
    assert_eq!(nobody.unwrap_err().code(), Code::NotFound);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn sending_again_lifts_the_suppression_of_the_address_alone(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let message = office.queue(1).await[0];
    let person = sqlx::query_scalar!(
        "UPDATE notification.messages SET state = 'bounced', reason = 'mailbox_unknown' RETURNING recipient_id"
    )
    .fetch_one(&office.pool)
    .await
    .unwrap();
    let key = address_key();
    for address in [
        format!("{person}@contoh.test"),
        "lain@contoh.test".to_owned(),
    ] {
        let hash = key.hash("email", &address);
        sqlx::query!(
            "INSERT INTO notification.suppressions (channel, address_hash, reason) VALUES ('email', $1, 'address_bounced')",
            hash.as_slice(),
        )
        .execute(&office.pool)
        .await
        .unwrap();
    }
    // While intake is away nothing is decided, and nothing lifted.
    office.intake.knowledge.lock().unwrap().down = true;
    let away = resend(&office, message, "satu").await.unwrap_err();
    assert_eq!(away.code(), Code::Unavailable);
    office.intake.knowledge.lock().unwrap().down = false;
    resend(&office, message, "satu").await.unwrap();
    let left = sqlx::query_scalar!("SELECT address_hash FROM notification.suppressions")
        .fetch_all(&office.pool)
        .await
        .unwrap();
    assert_eq!(left, [key.hash("email", "lain@contoh.test").to_vec()]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_came_too_late_goes_out_when_an_organiser_sends_it_again(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let message = office.queue(1).await[0];
    sqlx::query!("UPDATE notification.messages SET useful_until = '2020-01-01T00:00:00Z'")
        .execute(&office.pool)
        .await
        .unwrap();
    let process = office.start();
    office.wait_for(&["expired"]).await;
    resend(&office, message, "satu").await.unwrap();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    assert_eq!(office.spool().get(&message), Some(&1));
}
