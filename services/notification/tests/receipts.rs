//! Receipts over HTTP: early, late, twice, out of order, forged, about nothing.
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

use base64::Engine as _;
use sqlx::PgPool;
use support::calls::Receiving;
use support::gateway::{RudeGateway, Ways};
use support::office::{Office, Timing};
use support::relay::Manners;
use support::texting::{queue, settings, start};
use uuid::Uuid;
use winner_notification::commands::receive::receive;
use winner_notification::domain::channel::Channel;
use winner_notification::domain::message::Receipt;
use winner_notification::sms::config::SmsConfig;
use winner_notification::sms::receipts::reference;
use winner_notification::store::receipts::{Heard, MOST_WAITING};

/// What Kannel calls.
fn kannel(receiving: &Receiving, message: Uuid, attempt: i32, status: &str) -> String {
    let reference = reference(message, attempt);
    format!("{}?reference={reference}&status={status}", receiving.path)
}

/// How many receipts wait, and how many are settled.
async fn kept(office: &Office) -> (i64, i64) {
    let row = sqlx::query!(
        r#"
        SELECT count(*) FILTER (WHERE settled_at IS NULL) AS "waiting!",
               count(settled_at) AS "settled!"
        FROM   notification.receipts
        "#
    )
    .fetch_one(&office.pool)
    .await
    .unwrap();
    (row.waiting, row.settled)
}

async fn wait_until_kept(office: &Office, expected: (i64, i64)) {
    for _ in 0..500 {
        if kept(office).await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(kept(office).await, expected);
}

/// One message that was sent, or is unknown.
async fn one(office: &Office, ways: Ways) -> (Uuid, SmsConfig, Receiving) {
    let gateway = RudeGateway::start(ways);
    let config = settings(&gateway.url());
    let receiving = Receiving::start(office, &config).await;
    let message = queue(office, 1).await[0];
    let process = start(office, &config, Timing::default());
    office.wait_for(&["sent", "unknown"]).await;
    process.stop().await;
    (message, config, receiving)
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_receipt_tells_that_an_sms_arrived(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let (message, _, receiving) = one(&office, Ways::Takes).await;
    assert_eq!(
        receiving.get(&kannel(&receiving, message, 1, "8")).await,
        204
    );
    assert_eq!(
        receiving.get(&kannel(&receiving, message, 1, "1")).await,
        204
    );
    office.wait_for(&["delivered"]).await;
    assert_eq!(office.said().await.get("delivered"), Some(&1));
    let at = sqlx::query_scalar!("SELECT delivered_at FROM notification.messages")
        .fetch_one(&office.pool)
        .await
        .unwrap();
    assert!(at.is_some());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_late_receipt_settles_what_was_unknown(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let (message, _, receiving) = one(&office, Ways::Resets).await;
    assert_eq!(office.states().await.get("unknown"), Some(&1));
    receiving.get(&kannel(&receiving, message, 1, "1")).await;
    office.wait_for(&["delivered"]).await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn receipts_that_come_twice_and_out_of_order_change_nothing(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let (message, _, receiving) = one(&office, Ways::Takes).await;
    for status in ["1", "1", "8", "16", "2", "8", "1"] {
        assert_eq!(
            receiving.get(&kannel(&receiving, message, 1, status)).await,
            204
        );
        // So that each is looked at before the next comes.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Accepted, delivered, lost: each once.
    wait_until_kept(&office, (0, 3)).await;
    assert_eq!(office.states().await.get("delivered"), Some(&1));
    assert_eq!(office.said().await.get("delivered"), Some(&1));
    assert_eq!(office.said().await.get("bounced"), None);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_receipt_that_overtakes_the_answer_waits_for_it(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Hangs);
    let mut config = settings(&gateway.url());
    config.answer_timeout_ms = 1_000;
    let receiving = Receiving::start(&office, &config).await;
    let message = queue(&office, 1).await[0];
    let process = start(&office, &config, Timing::default());
    while gateway.reached().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    receiving.get(&kannel(&receiving, message, 1, "1")).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(office.states().await.get("sending"), Some(&1));
    assert_eq!(kept(&office).await, (1, 0));
    office.wait_for(&["delivered"]).await;
    process.stop().await;
    assert_eq!(kept(&office).await, (0, 1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_receipt_of_an_earlier_attempt_says_nothing_about_the_last(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let (message, _, receiving) = one(&office, Ways::Takes).await;
    sqlx::query!("UPDATE notification.messages SET attempt = 2")
        .execute(&office.pool)
        .await
        .unwrap();
    receiving.get(&kannel(&receiving, message, 1, "2")).await;
    wait_until_kept(&office, (0, 1)).await;
    // One of an attempt that was never made is nobody's.
    receiving.get(&kannel(&receiving, message, 3, "1")).await;
    wait_until_kept(&office, (1, 1)).await;
    assert_eq!(office.states().await.get("sent"), Some(&1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn who_lacks_the_secret_learns_and_changes_nothing(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let (message, _, receiving) = one(&office, Ways::Takes).await;
    let query = format!("reference={}&status=1", reference(message, 1));
    for path in [
        "/receipts/kannel/wrong",
        "/receipts/other/5ec2e75ec2e75ec2e7",
        "/receipts/kannel/5ec2e75ec2e75ec2e",
        "/receipts/kannel/",
        "/receipts/kannel",
        "/",
    ] {
        assert_eq!(
            receiving.get(&format!("{path}?{query}")).await,
            404,
            "{path}"
        );
    }
    let right = receiving.path.clone();
    for rubbish in [
        "",
        "?",
        "?status=1",
        "?reference=%00&status=1",
        "?reference=a%0d%0ab",
    ] {
        let status = receiving.get(&format!("{right}{rubbish}")).await;
        assert_eq!(status, 400, "{rubbish}");
    }
    for nobodys in [
        "?reference=x&status=1",
        "?reference=a-1&status=1",
        "?reference=a-1&status=4",
    ] {
        assert_eq!(
            receiving.get(&format!("{right}{nobodys}")).await,
            204,
            "{nobodys}"
        );
    }
    assert_eq!(receiving.post("", &"x".repeat(300_000)).await, 413);
    assert_eq!(kept(&office).await, (0, 0));
    assert_eq!(office.states().await.get("sent"), Some(&1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn receipts_about_nothing_are_kept_and_bounded(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let flood = |count: i64| -> Vec<Heard> {
        (0..count)
            .map(|_| Heard {
                provider_id: None,
                own: Some((office.ledger.ids().uuid(), 1)),
                said: "1".to_owned(),
                receipt: Receipt::Delivered,
            })
            .collect()
    };
    let keep = |heard| receive(&office.ledger, Channel::Sms, "kannel", heard);
    assert!(keep(flood(MOST_WAITING - 1)).await.unwrap());
    assert!(keep(flood(1)).await.unwrap());
    assert!(
        !keep(flood(1)).await.unwrap(),
        "there is room for more than there may be"
    );
    assert_eq!(kept(&office).await, (MOST_WAITING, 0));
    let receiving = Receiving::start(&office, &settings("http://127.0.0.1:1/")).await;
    let message = office.ledger.ids().uuid();
    assert_eq!(
        receiving.get(&kannel(&receiving, message, 1, "1")).await,
        503
    );
}

/// Settings of a gateway that says its own ids and signs.
fn twilio_like() -> SmsConfig {
    let mut config = settings("http://127.0.0.1:1/2010-04-01/Messages.json");
    config.gateway = Some("twilio-like".to_owned());
    config.secrets = ["account_sid", "auth_token"]
        .map(|name| (name.to_owned(), "12345".to_owned().into()))
        .into();
    config
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn receipts_by_the_providers_id_are_joined_when_it_is_known(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let config = twilio_like();
    let receiving = Receiving::start(&office, &config).await;
    let body = "MessageSid=SM1&MessageStatus=delivered";
    let url = format!("http://127.0.0.1:1{}", receiving.path);
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"12345");
    let signed = format!("{url}MessageSidSM1MessageStatusdelivered");
    let tag = ring::hmac::sign(&key, signed.as_bytes());
    let tag = base64::engine::general_purpose::STANDARD.encode(tag);
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    // Forged first.
    assert_eq!(receiving.post(form, body).await, 403);
    let forged = format!("{form}x-twilio-signature: {tag}\r\n");
    let other = "MessageSid=SM2&MessageStatus=delivered";
    assert_eq!(receiving.post(&forged, other).await, 403);
    assert_eq!(receiving.post(&forged, body).await, 204);
    wait_until_kept(&office, (1, 0)).await;
    // Then the answer with the provider's id is recorded.
    queue(&office, 1).await;
    sqlx::query!(
        "UPDATE notification.messages SET state = 'sent', provider_id = 'SM1', attempt = 1"
    )
    .execute(&office.pool)
    .await
    .unwrap();
    office.wait_for(&["delivered"]).await;
    wait_until_kept(&office, (0, 1)).await;
}
