//! SMS on a real database, through a gateway that behaves and misbehaves.
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
use support::gateway::{RudeGateway, Ways};
use support::office::{Office, Timing};
use support::relay::Manners;
use support::texting::{PURPOSE, Says, queue, reasons, settings, start, start_saying};
use winner_notification::sms::config::Registration;
use winner_proto::intake::v1::DeliveryMode;

/// How many messages were offered at all: their proofs.
async fn attempts(office: &Office) -> i64 {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM notification.message_attempts"#)
        .fetch_one(&office.pool)
        .await
        .unwrap()
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn two_senders_never_send_one_sms_twice(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    let messages = queue(&office, 200).await;
    let config = settings(&gateway.url());
    let (one, other) = (
        start(&office, &config, Timing::default()),
        start(&office, &config, Timing::default()),
    );
    office.wait_for(&["sent"]).await;
    one.stop().await;
    other.stop().await;
    let copies = gateway.copies();
    assert_eq!(copies.len(), messages.len());
    assert!(copies.values().all(|copies| *copies == 1));
    assert_eq!(office.said().await.get("sent"), Some(&200));
    let line = &gateway.reached()[0].line;
    assert!(
        line.contains("text=WiNNER%3A+ada+tugas+baru+-+lihat"),
        "{line}"
    );
    let proof = sqlx::query!(
        r#"
        SELECT   route, status_code, answer, content_hash, count(*) AS "count!"
        FROM     notification.message_attempts
        GROUP BY route, status_code, answer, content_hash
        "#
    )
    .fetch_one(&office.pool)
    .await
    .unwrap();
    assert_eq!(proof.count, 200);
    assert_eq!(proof.route.as_deref(), Some("kannel"));
    assert_eq!(proof.status_code, Some(202));
    assert_eq!(proof.answer.as_deref(), Some("0: Accepted for delivery"));
    assert_eq!(proof.content_hash.map(|hash| hash.len()), Some(32));
}

async fn is_unknown_and_never_sent_again(pool: PgPool, ways: Ways, reason: &str) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(ways);
    queue(&office, 6).await;
    let mut config = settings(&gateway.url());
    config.answer_timeout_ms = 200;
    let process = start(&office, &config, Timing::default());
    office.wait_for(&["unknown"]).await;
    gateway.behave(Ways::Takes);
    tokio::time::sleep(Duration::from_millis(300)).await;
    process.stop().await;
    assert_eq!(office.states().await.get("unknown"), Some(&6));
    assert_eq!(gateway.copies().len(), 6);
    assert!(gateway.copies().values().all(|copies| *copies == 1));
    assert_eq!(reasons(&office).await, [Some(reason.to_owned())]);
    assert_eq!(office.said().await.get("unknown"), Some(&6));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_gateway_that_hangs_makes_unknowns(pool: PgPool) {
    is_unknown_and_never_sent_again(pool, Ways::Hangs, "answer_timed_out").await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_gateway_that_resets_makes_unknowns(pool: PgPool) {
    is_unknown_and_never_sent_again(pool, Ways::Resets, "answer_lost").await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_gateway_that_drips_makes_unknowns(pool: PgPool) {
    is_unknown_and_never_sent_again(pool, Ways::Drips, "answer_timed_out").await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_gateway_that_answers_ten_gigabytes_makes_unknowns(pool: PgPool) {
    is_unknown_and_never_sent_again(pool, Ways::Floods, "answer_unclear").await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_gateway_that_sends_elsewhere_makes_unknowns(pool: PgPool) {
    is_unknown_and_never_sent_again(pool, Ways::Redirects, "answer_unclear").await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_gateway_that_speaks_no_http_makes_unknowns(pool: PgPool) {
    is_unknown_and_never_sent_again(pool, Ways::Rubbish, "answer_lost").await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_error_that_nobody_described_makes_unknowns(pool: PgPool) {
    let ways = Ways::Answers(500, "Internal error");
    is_unknown_and_never_sent_again(pool, ways, "answer_unclear").await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_gateway_that_says_later_is_asked_again_until_it_takes_them(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Answers(503, "Temporal failure, try again later."));
    queue(&office, 3).await;
    let mut config = settings(&gateway.url());
    // Were they counted although nobody took them, the caps would be full at once.
    (config.number_in_an_hour, config.rupiah_in_a_day) = (1, 1_500);
    let timing = Timing {
        tries: 100,
        ..Timing::default()
    };
    let process = start(&office, &config, timing);
    while attempts(&office).await < 4 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    gateway.behave(Ways::Takes);
    office.wait_for(&["sent"]).await;
    process.stop().await;
    let reached = gateway.reached();
    let mut references: Vec<_> = reached.iter().map(|one| one.reference).collect();
    references.sort_unstable();
    references.dedup();
    assert_eq!(references.len(), reached.len(), "an attempt was made twice");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_gateway_that_is_down_costs_attempts_and_no_message(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/cgi-bin/sendsms", nobody.local_addr().unwrap());
    drop(nobody);
    queue(&office, 2).await;
    let timing = Timing {
        tries: 2,
        ..Timing::default()
    };
    let process = start(&office, &settings(&url), timing);
    office.wait_for(&["failed"]).await;
    process.stop().await;
    assert_eq!(reasons(&office).await, [Some("gave_up".to_owned())]);
    let spent = sqlx::query_scalar!("SELECT rupiah FROM notification.sms_days")
        .fetch_all(&office.pool)
        .await
        .unwrap();
    assert_eq!(spent, [0], "nothing left, and nothing was paid");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_number_that_the_gateway_refuses_fails(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Answers(403, "Not routable. Do not try again."));
    queue(&office, 1).await;
    let process = start(&office, &settings(&gateway.url()), Timing::default());
    office.wait_for(&["failed"]).await;
    process.stop().await;
    assert_eq!(reasons(&office).await, [Some("number_refused".to_owned())]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_the_operators_do_not_know_is_refused_in_live_mode(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    for (sender, text) in [
        (Registration::Pending, Registration::Registered),
        (Registration::Registered, Registration::Pending),
    ] {
        queue(&office, 1).await;
        let mut config = settings(&gateway.url());
        config.sender_registration = sender;
        config.purposes.insert(PURPOSE.to_owned(), text);
        let process = start(&office, &config, Timing::default());
        office.wait_for(&["failed"]).await;
        process.stop().await;
    }
    assert_eq!(reasons(&office).await, [Some("not_registered".to_owned())]);
    assert!(gateway.reached().is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_rehearsals_sms_are_kept_back_or_go_to_its_number(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    office.intake.deliver(DeliveryMode::Redirect);
    queue(&office, 2).await;
    let mut config = settings(&gateway.url());
    let process = start(&office, &config, Timing::default());
    office.wait_for(&["held"]).await;
    process.stop().await;
    assert!(gateway.reached().is_empty());
    sqlx::query!("UPDATE notification.messages SET state = 'queued'")
        .execute(&office.pool)
        .await
        .unwrap();
    config.redirect_to = Some("0812-9999-8888".to_owned());
    let process = start(&office, &config, Timing::default());
    office.wait_for(&["sent"]).await;
    process.stop().await;
    for reached in gateway.reached() {
        assert!(
            reached.line.contains("to=%2B6281299998888"),
            "{}",
            reached.line
        );
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn nothing_goes_to_landlines_strangers_or_nobody(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    for (phone, reason) in [
        ("", "no_contact"),
        ("(021) 345-6789", "number_refused"),
        ("+65 9123 4567", "number_refused"),
        // A real number, and the edition is a test.
        ("0812-3456-7890", "test_edition"),
    ] {
        office.intake.knowledge.lock().unwrap().phone = Some(phone.to_owned());
        let message = queue(&office, 1).await[0];
        let process = start(&office, &settings(&gateway.url()), Timing::default());
        office.wait_for(&["suppressed"]).await;
        process.stop().await;
        let found = sqlx::query_scalar!(
            "SELECT reason FROM notification.messages WHERE message_id = $1",
            message
        )
        .fetch_one(&office.pool)
        .await
        .unwrap();
        assert_eq!(found.as_deref(), Some(reason), "{phone}");
    }
    assert!(gateway.reached().is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_text_that_is_too_long_or_lacks_the_brand_fails(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    let long = format!("WiNNER: {}", "kata ".repeat(32));
    for text in [long.as_str(), "ada tugas baru"] {
        queue(&office, 1).await;
        let config = settings(&gateway.url());
        let process = start_saying(&office, &config, Timing::default(), Says(text.to_owned()));
        office.wait_for(&["failed"]).await;
        process.stop().await;
    }
    assert_eq!(reasons(&office).await, [Some("not_renderable".to_owned())]);
    assert!(gateway.reached().is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn outside_the_hours_an_sms_waits_where_its_reader_lives(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    let mut config = settings(&gateway.url());
    // The hour before this one, in Papua: just over.
    office.intake.knowledge.lock().unwrap().region = "94".to_owned();
    let now = office.ledger.clock().real().as_offset();
    let here = now.to_offset(time::macros::offset!(+9));
    let (from, until) = match here.hour() {
        0 => (1, 2),
        hour => (hour - 1, hour),
    };
    (config.from_hour, config.until_hour) = (from, until);
    queue(&office, 2).await;
    let process = start(&office, &config, Timing::default());
    while reasons(&office).await != [Some("quiet_hours".to_owned())] {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    process.stop().await;
    assert!(gateway.reached().is_empty());
    let waits = sqlx::query_scalar!("SELECT not_before FROM notification.messages")
        .fetch_all(&office.pool)
        .await
        .unwrap();
    for wait in waits {
        let then = wait.to_offset(time::macros::offset!(+9));
        assert_eq!(then.hour(), from, "{then}");
        assert!(then.minute() == 0 && then > now, "{then}");
    }
}

/// How many messages were sent, and how many wait for a cap.
async fn sent_and_capped(office: &Office) -> (i64, i64) {
    let row = sqlx::query!(
        r#"
        SELECT count(*) FILTER (WHERE state = 'sent') AS "sent!",
               count(*) FILTER (WHERE state = 'queued' AND reason = 'capped' AND not_before > now() + interval '1 minute') AS "capped!"
        FROM   notification.messages
        "#
    )
    .fetch_one(&office.pool)
    .await
    .unwrap();
    (row.sent, row.capped)
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn two_senders_give_a_number_no_more_than_its_share(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    office.intake.knowledge.lock().unwrap().phone = Some("081100001111".to_owned());
    queue(&office, 40).await;
    let mut config = settings(&gateway.url());
    config.number_in_an_hour = 4;
    let (one, other) = (
        start(&office, &config, Timing::default()),
        start(&office, &config, Timing::default()),
    );
    while sent_and_capped(&office).await != (4, 36) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    one.stop().await;
    other.stop().await;
    assert_eq!(gateway.reached().len(), 4);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn two_senders_do_not_overspend_the_day(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    queue(&office, 40).await;
    let mut config = settings(&gateway.url());
    (config.rupiah_per_sms, config.rupiah_in_a_day) = (350, 5_000);
    let (one, other) = (
        start(&office, &config, Timing::default()),
        start(&office, &config, Timing::default()),
    );
    // By the minute before midnight the day's money comes anew, and the test with it; it runs for seconds.
    while sent_and_capped(&office).await.0 < 14 || sent_and_capped(&office).await.1 < 26 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    one.stop().await;
    other.stop().await;
    assert_eq!(gateway.reached().len(), 14);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn nothing_goes_to_a_suppressed_number(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    office.intake.knowledge.lock().unwrap().phone = Some("0811 0000 1111".to_owned());
    let key = winner_notification_core::addresses::AddressKey::new(&[7; 32]).unwrap();
    let hash = key.hash("sms", "+6281100001111");
    sqlx::query!(
        "INSERT INTO notification.suppressions (channel, address_hash, reason) VALUES ('sms', $1, 'complaint')",
        &hash[..]
    )
    .execute(&office.pool)
    .await
    .unwrap();
    queue(&office, 1).await;
    let process = start(&office, &settings(&gateway.url()), Timing::default());
    office.wait_for(&["suppressed"]).await;
    process.stop().await;
    assert_eq!(reasons(&office).await, [Some("complaint".to_owned())]);
    assert!(gateway.reached().is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn in_no_window_two_senders_send_more_than_the_limit(pool: PgPool) {
    const LIMIT: usize = 20;
    const WINDOW: Duration = Duration::from_millis(700);
    // Between a sender's look at the clock and the gateway's lies what a busy machine takes. Senders who did
    // not know of each other would need half a window.
    const MACHINE: Duration = Duration::from_millis(150);
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    queue(&office, 200).await;
    let mut config = settings(&gateway.url());
    config.messages_in_a_window = u32::try_from(LIMIT).unwrap();
    config.window_ms = 700;
    let began = tokio::time::Instant::now();
    let (one, other) = (
        start(&office, &config, Timing::default()),
        start(&office, &config, Timing::default()),
    );
    office.wait_for(&["sent"]).await;
    let took = began.elapsed();
    one.stop().await;
    other.stop().await;
    let mut reached: Vec<_> = gateway.reached().iter().map(|one| one.at).collect();
    reached.sort_unstable();
    assert_eq!(reached.len(), 200);
    for (begin, end) in reached.iter().zip(reached.iter().skip(LIMIT)) {
        let span = end.duration_since(*begin);
        assert!(span + MACHINE >= WINDOW, "{} in {span:?}", LIMIT + 1);
    }
    // And the limit is used: ten windows.
    assert!(took < WINDOW * 14, "{took:?}");
}
