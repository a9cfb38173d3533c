//! What people were written is kept sealed, opens to what the relay got, and is forgotten in time.
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

use sha2::{Digest, Sha256};
use sqlx::PgPool;
use support::office::{Office, Timing, body_keys};
use support::relay::Manners;
use uuid::Uuid;
use winner_notification::jobs::forgetter::forget;
use winner_notification::store::bodies;
use winner_notification_core::sealing::{Offered, OpenError};
use winner_platform::Shutdown;

const DAY: Duration = Duration::from_hours(24);

async fn kept(office: &Office) -> i64 {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM notification.bodies"#)
        .fetch_one(&office.pool)
        .await
        .unwrap()
}

/// The hashes of messages and of their attempts.
async fn hashes(office: &Office) -> Vec<(Uuid, Option<Vec<u8>>, Option<Vec<u8>>)> {
    sqlx::query!(
        r#"
        SELECT   m.message_id, m.content_hash, a.content_hash AS attempt_hash
        FROM     notification.messages AS m
        JOIN     notification.message_attempts AS a ON a.message_id = m.message_id
        ORDER BY m.message_id
        "#
    )
    .fetch_all(&office.pool)
    .await
    .unwrap()
    .into_iter()
    .map(|row| (row.message_id, row.content_hash, row.attempt_hash))
    .collect()
}

/// What was offered, from what the relay got: without the dots that the protocol adds to lines which begin
/// with one (RFC 5321, 4.5.2).
fn offered(got: &str) -> String {
    let lines = got.split_inclusive("\r\n");
    lines
        .map(|line| line.strip_prefix('.').unwrap_or(line))
        .collect()
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_kept_body_is_what_the_relay_got_and_what_the_hash_says(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let messages = office.queue(5).await;
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    let mut spool: Vec<String> = office
        .relay
        .messages()
        .iter()
        .map(|got| offered(got))
        .collect();
    let mut opened = Vec::new();
    for (message, hash, attempt_hash) in hashes(&office).await {
        assert!(messages.contains(&message));
        let (attempt, sealed) = bodies::of(&office.pool, message).await.unwrap().remove(0);
        assert_eq!(attempt.attempt, 1);
        let body = body_keys().open(&attempt.bound(), sealed).unwrap();
        assert_eq!(hash.as_deref(), Some(Sha256::digest(&body).as_slice()));
        assert_eq!(hash, attempt_hash);
        opened.push(String::from_utf8(body).unwrap());
    }
    opened.sort();
    spool.sort();
    assert_eq!(opened, spool);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_may_have_gone_out_is_kept_too(pool: PgPool) {
    let office = Office::open(&pool, Manners::ClosesAfterDot).await;
    office.queue(2).await;
    let process = office.start();
    office.wait_for(&["unknown"]).await;
    process.stop().await;
    assert_eq!(kept(&office).await, 2);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn of_what_was_refused_nothing_is_kept(pool: PgPool) {
    for manners in [
        Manners::AnswersDot("554 no"),
        Manners::AnswersDot("451 later"),
        Manners::AnswersRcpt("550 no such user"),
    ] {
        let office = Office::open(&pool, manners).await;
        office.queue(2).await;
        let process = office.start_with(Timing {
            tries: 2,
            ..Timing::default()
        });
        office.wait_for(&["failed"]).await;
        process.stop().await;
        assert_eq!(kept(&office).await, 0, "{manners:?}");
        assert!(
            hashes(&office)
                .await
                .iter()
                .all(|(_, hash, _)| hash.is_some())
        );
        sqlx::query!("DROP SCHEMA notification CASCADE")
            .execute(&office.pool)
            .await
            .unwrap();
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_body_under_another_message_does_not_open(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let messages = office.queue(2).await;
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    let (offered, sealed) = bodies::of(&office.pool, messages[0])
        .await
        .unwrap()
        .remove(0);
    let moved = Offered {
        message_id: messages[1],
        ..offered
    };
    assert_eq!(
        body_keys().open(&moved.bound(), sealed),
        Err(OpenError::NotGenuine)
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn after_the_last_day_only_hash_and_state_remain(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let messages = office.queue(3).await;
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    sqlx::query!(
        "UPDATE notification.bodies SET kept_at = kept_at - interval '30 days' WHERE message_id = $1",
        messages[0]
    )
    .execute(&office.pool)
    .await
    .unwrap();
    let shutdown = Shutdown::new();
    assert_eq!(forget(&office.ledger, 31 * DAY, &shutdown).await, 0);
    assert_eq!(forget(&office.ledger, 30 * DAY, &shutdown).await, 1);
    assert!(
        bodies::of(&office.pool, messages[0])
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(kept(&office).await, 2);
    // Nothing is to be kept any more.
    assert_eq!(forget(&office.ledger, Duration::ZERO, &shutdown).await, 2);
    assert_eq!(office.states().await.get("sent"), Some(&3));
    assert!(
        hashes(&office)
            .await
            .iter()
            .all(|(_, hash, _)| hash.is_some())
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn many_old_bodies_are_forgotten_in_one_go(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(1_203).await;
    fill(&office).await;
    let shutdown = Shutdown::new();
    assert_eq!(
        forget(&office.ledger, Duration::ZERO, &shutdown).await,
        1_203
    );
}

/// An attempt and a body for every message.
async fn fill(office: &Office) {
    sqlx::query!(
        r#"
        INSERT INTO notification.message_attempts (message_id, number, fence, phase)
        SELECT message_id, 1, 1, 'answered' FROM notification.messages
        "#
    )
    .execute(&office.pool)
    .await
    .unwrap();
    sqlx::query!(
        r#"
        INSERT INTO notification.bodies (message_id, number, key_number, once, sealed)
        SELECT message_id, 1, 1, decode(repeat('00', 12), 'hex'), decode(repeat('00', 16), 'hex')
        FROM   notification.messages
        "#
    )
    .execute(&office.pool)
    .await
    .unwrap();
}
