//! What comes back is heard: by its message, and by the address it was written to.
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
use support::messages::{another, state};
use support::office::{Office, Timing};
use support::postfix::{Postfix, SmtpSink};
use support::relay::Manners;
use support::returns::{Listening, report, return_path};
use tokio::time::{Instant, timeout};
use uuid::Uuid;
use winner_notification::domain::channel::Channel;
use winner_notification::store::claims;

async fn becomes(office: &Office, message: Uuid, wanted: &str) -> Option<String> {
    let waiting = async {
        loop {
            let (state, reason) = state(office, message).await;
            if state == wanted {
                return reason;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let ended = timeout(Duration::from_secs(15), waiting).await;
    assert!(
        ended.is_ok(),
        "still {:?}, not {wanted}",
        state(office, message).await
    );
    ended.unwrap()
}

async fn suppressed(office: &Office) -> Vec<String> {
    sqlx::query_scalar!("SELECT reason FROM notification.suppressions WHERE channel = 'email'")
        .fetch_all(&office.pool)
        .await
        .unwrap()
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres and Postfix"]
async fn a_hard_bounce_by_postfix_suppresses_the_address_in_under_five_seconds(pool: PgPool) {
    let mut office = Office::open(&pool, Manners::Polite).await;
    let listening = Listening::start(&office).await;
    let sink = SmtpSink::start(&["-f", "RCPT", "-B", "550 5.1.1 user unknown"]).await;
    let postfix = Postfix::start(&format!(
        "contoh.test smtp:[127.0.0.1]:{}\nbounces.test lmtp:[127.0.0.1]:{}\n",
        sink.address.port(),
        listening.address.port()
    ))
    .await;
    office.routes = vec![postfix.address];
    let process = office.start();
    let message = office.queue(1).await[0];
    office.wake.senders();
    let began = Instant::now();
    let reason = becomes(&office, message, "bounced").await;
    let took = began.elapsed();
    assert_eq!(reason.as_deref(), Some("mailbox_unknown"));
    assert!(
        took < Duration::from_secs(5),
        "{took:?} from queue to bounce"
    );
    println!("hard bounce by Postfix: suppressed {took:?} after it was queued");
    assert_eq!(suppressed(&office).await, ["address_bounced"]);
    let later = another(&office, message).await;
    assert_eq!(
        becomes(&office, later, "suppressed").await.as_deref(),
        Some("address_bounced")
    );
    assert_eq!(office.said().await.get("bounced"), Some(&1));
    process.stop().await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres and Postfix"]
async fn a_full_mailbox_behind_postfix_is_not_the_end(pool: PgPool) {
    let mut office = Office::open(&pool, Manners::Polite).await;
    let listening = Listening::start(&office).await;
    let sink = SmtpSink::start(&["-f", "DATA", "-B", "552 5.2.2 mailbox full"]).await;
    let postfix = Postfix::start(&format!(
        "contoh.test smtp:[127.0.0.1]:{}\nbounces.test lmtp:[127.0.0.1]:{}\n",
        sink.address.port(),
        listening.address.port()
    ))
    .await;
    office.routes = vec![postfix.address];
    let process = office.start();
    let first = office.queue(1).await[0];
    for round in 1..=3 {
        let message = if round == 1 {
            first
        } else {
            another(&office, first).await
        };
        assert_eq!(
            becomes(&office, message, "bounced").await.as_deref(),
            Some("mailbox_full")
        );
        assert_eq!(
            suppressed(&office).await.len(),
            usize::from(round == 3),
            "round {round}"
        );
    }
    let fourth = another(&office, first).await;
    assert_eq!(
        becomes(&office, fourth, "suppressed").await.as_deref(),
        Some("address_bounced")
    );
    process.stop().await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_report_settles_what_was_unknown(pool: PgPool) {
    let office = Office::open(&pool, Manners::ClosesAfterDot).await;
    let listening = Listening::start(&office).await;
    let messages = office.queue(2).await;
    let process = office.start();
    office.wait_for(&["unknown"]).await;
    process.stop().await;
    let answer = listening
        .bring(&return_path(messages[0]), &report("failed", "5.1.1"))
        .await;
    assert!(answer.starts_with("250"), "{answer}");
    let answer = listening
        .bring(&return_path(messages[1]), &report("delayed", "4.4.1"))
        .await;
    assert!(answer.starts_with("250"), "{answer}");
    assert_eq!(state(&office, messages[0]).await.0, "bounced");
    assert_eq!(state(&office, messages[1]).await.0, "sent");
    assert_eq!(office.relay.messages().len(), 2, "nothing was sent again");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_complaint_ends_it_whether_it_comes_to_the_message_s_address_or_the_provider_s(
    pool: PgPool,
) {
    let office = Office::open(&pool, Manners::Polite).await;
    let listening = Listening::start(&office).await;
    let messages = office.queue(2).await;
    let process = office.start();
    office.wait_for(&["sent"]).await;
    let complaint = |from: &str| {
        format!(
            "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nSpam.\n\
             --b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n{from}\n\
             --b\nContent-Type: message/rfc822\n\nSubject: Halo\n\nIsi\n--b--"
        )
    };
    let direct = listening
        .bring(&return_path(messages[0]), &complaint(""))
        .await;
    assert!(direct.starts_with("250"), "{direct}");
    let named = complaint(&format!(
        "Original-Mail-From: <{}>",
        return_path(messages[1])
    ));
    let answer = listening.bring("FBL@bounces.test", &named).await;
    assert!(answer.starts_with("250"), "{answer}");
    assert_eq!(suppressed(&office).await, ["complaint", "complaint"]);
    let later = another(&office, messages[1]).await;
    assert_eq!(
        becomes(&office, later, "suppressed").await.as_deref(),
        Some("complaint")
    );
    let nobody = listening
        .bring(
            "fbl@bounces.test",
            &complaint("Original-Mail-From: <b+x@bounces.test>"),
        )
        .await;
    assert!(nobody.starts_with("550"), "{nobody}");
    process.stop().await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn nothing_is_taken_without_a_token_of_ours(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let listening = Listening::start(&office).await;
    let message = office.queue(1).await[0];
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    let ours = return_path(message);
    let other_domain = ours.replace("bounces.test", "bounces.example");
    let mut forged = ours.clone();
    let other = if &ours[10..11] == "x" { "y" } else { "x" };
    forged.replace_range(10..11, other);
    for address in [
        "winner@bounces.test",
        "b+@bounces.test",
        "",
        &other_domain,
        &forged,
    ] {
        let answer = listening.bring(address, &report("failed", "5.1.1")).await;
        assert!(answer.starts_with("550"), "{address}: {answer}");
    }
    assert_eq!(state(&office, message).await.0, "sent");
    let rubbish = listening
        .bring(&ours, "Subject: Saya sedang cuti\n\nSampai Senin.")
        .await;
    assert!(rubbish.starts_with("250"), "{rubbish}");
    assert_eq!(state(&office, message).await.0, "sent");
    assert!(suppressed(&office).await.is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_report_that_overtakes_the_answer_is_heard_once_the_sender_has_reported(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let listening = Listening::start(&office).await;
    let message = office.queue(1).await[0];
    let lease = Duration::from_millis(900);
    let claimed = claims::claim(&office.pool, Channel::Email, 1, lease)
        .await
        .unwrap();
    let this = [(message, claimed[0].fence)];
    assert_eq!(
        claims::cross(&office.pool, &this, lease)
            .await
            .unwrap()
            .len(),
        1
    );
    let answer = listening
        .bring(&return_path(message), &report("failed", "5.1.1"))
        .await;
    assert!(answer.starts_with("250"), "{answer}");
    assert_eq!(state(&office, message).await.0, "sending");
    // Its sender never reports: the reaper calls it unknown, and then the report is heard.
    let timing = Timing::default();
    let process = office.start_with(timing);
    assert_eq!(
        becomes(&office, message, "bounced").await.as_deref(),
        Some("mailbox_unknown")
    );
    process.stop().await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_same_report_again_and_reports_in_any_order_change_nothing_more(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let listening = Listening::start(&office).await;
    let message = office.queue(1).await[0];
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    for (action, status) in [
        ("failed", "5.1.1"),
        ("failed", "5.1.1"),
        ("delivered", "2.0.0"),
        ("delayed", "4.4.1"),
        ("failed", "4.4.7"),
    ] {
        let answer = listening
            .bring(&return_path(message), &report(action, status))
            .await;
        assert!(answer.starts_with("250"), "{answer}");
    }
    assert_eq!(
        state(&office, message).await,
        ("bounced".to_owned(), Some("mailbox_unknown".to_owned()))
    );
    assert_eq!(office.said().await.get("bounced"), Some(&1));
    for _ in 0..30 {
        listening
            .bring(&return_path(message), &report("delayed", "4.4.1"))
            .await;
    }
    let kept: i64 = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM notification.bounces"#)
        .fetch_one(&office.pool)
        .await
        .unwrap();
    assert_eq!(kept, 20, "a flood is not kept");
}
