//! What a call does when the endpoint behaves badly, and that it goes only where it may.
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

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::receiver::{Manners, Receiver};
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::time::Instant;
use uuid::Uuid;
use winner_notification::webhooks::resolver::Names;
use winner_notification::webhooks::{Call, Caller, WebhooksConfig};
use winner_notification_core::webhook::answer::{Attempted, Fault};
use winner_notification_core::webhook::secret::Secret;
use winner_notification_core::webhook::signature::sign;

const NOW: OffsetDateTime = datetime!(2026-11-24 08:00 UTC);

fn settings() -> WebhooksConfig {
    WebhooksConfig {
        allow_plain_loopback: true,
        connect_timeout_ms: 300,
        timeout_ms: 1_000,
        ..WebhooksConfig::default()
    }
}

fn secrets() -> Vec<Secret> {
    vec![
        Secret::from_bytes(&[2; 32]).unwrap(),
        Secret::from_bytes(&[1; 32]).unwrap(),
    ]
}

async fn call(caller: &Caller, url: &str) -> Attempted {
    caller
        .call(Call {
            id: Uuid::from_u128(7),
            url,
            body: r#"{"specversion":"1.0"}"#,
            secrets: &secrets(),
            at: NOW,
        })
        .await
}

/// Calls a receiver of these manners; says what came of it and how long it took.
async fn against(manners: Manners) -> (Attempted, Duration, Receiver) {
    let receiver = Receiver::start(manners).await;
    let began = Instant::now();
    let caller = Caller::new(&settings()).unwrap();
    let attempted = call(&caller, &receiver.url()).await;
    (attempted, began.elapsed(), receiver)
}

fn status(status: u16) -> Attempted {
    Attempted::Answered {
        status,
        retry_after: None,
    }
}

#[tokio::test]
async fn a_call_carries_a_signed_cloud_event() {
    let (attempted, _, receiver) = against(Manners::Answer(204, 0)).await;
    assert_eq!(attempted, status(204));
    let taken = &receiver.taken()[0];
    assert_eq!(taken.request_line, "POST /hook HTTP/1.1");
    assert_eq!(
        taken.headers["content-type"],
        "application/cloudevents+json"
    );
    let signed = sign(Uuid::from_u128(7), NOW, &taken.body, &secrets());
    assert_eq!(taken.headers["webhook-signature"], signed.signature);
    assert_eq!(taken.headers["webhook-timestamp"], signed.timestamp);
    assert_eq!(taken.headers["webhook-id"], signed.id);
}

#[tokio::test]
async fn connections_are_used_again() {
    let receiver = Receiver::start(Manners::Answer(200, 0)).await;
    let caller = Caller::new(&settings()).unwrap();
    for _ in 0..20 {
        assert_eq!(call(&caller, &receiver.url()).await, status(200));
    }
    assert_eq!(receiver.connections.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Receiver::start(Manners::Answer(200, 0)).await;
    let (attempted, _, _) = against(Manners::Redirect(elsewhere.url())).await;
    assert_eq!(attempted, status(302));
    assert!(elsewhere.taken().is_empty());
    assert_eq!(elsewhere.connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn an_endpoint_that_hangs_or_drips_is_left_in_time() {
    for manners in [Manners::Hang, Manners::Drip, Manners::Deaf] {
        let (attempted, took, _) = against(manners.clone()).await;
        assert_eq!(
            attempted,
            Attempted::Unanswered(Fault::TimedOut),
            "{manners:?}"
        );
        assert!(took < Duration::from_secs(2), "{manners:?}: {took:?}");
    }
}

#[tokio::test]
async fn the_status_counts_however_slowly_or_long_the_body_comes() {
    for manners in [Manners::DripBody, Manners::Endless] {
        let (attempted, took, receiver) = against(manners.clone()).await;
        assert_eq!(attempted, status(200), "{manners:?}");
        assert!(took < Duration::from_millis(1_500), "{manners:?}: {took:?}");
        // Sockets hold a few megabytes between them; of ten gigabytes nobody has read more.
        let written = receiver.written.load(Ordering::Relaxed);
        assert!(written < 16 * 1024 * 1024, "{written}");
    }
}

#[tokio::test]
async fn what_breaks_off_or_is_no_answer_is_a_failure() {
    for manners in [Manners::Reset, Manners::Garbage, Manners::EndlessHead] {
        let (attempted, took, _) = against(manners.clone()).await;
        assert_eq!(
            attempted,
            Attempted::Unanswered(Fault::Broken),
            "{manners:?}"
        );
        assert!(took < Duration::from_secs(1), "{manners:?}: {took:?}");
    }
}

#[tokio::test]
async fn an_endpoint_says_when_to_come_again() {
    for (said, seconds) in [
        ("7", Some(7)),
        ("Tue, 24 Nov 2026 08:01:00 GMT", Some(60)),
        ("whenever", None),
    ] {
        let (attempted, _, _) = against(Manners::Later(503, said.to_owned())).await;
        let expected = Attempted::Answered {
            status: 503,
            retry_after: seconds.map(Duration::from_secs),
        };
        assert_eq!(attempted, expected, "{said}");
    }
}

#[tokio::test]
async fn tls_that_does_not_come_is_left_in_time() {
    let receiver = Receiver::start(Manners::Deaf).await;
    let caller = Caller::new(&settings()).unwrap();
    let began = Instant::now();
    let url = format!("https://localhost:{}/", receiver.address.port());
    let attempted = call(&caller, &url).await;
    assert_eq!(attempted, Attempted::Unanswered(Fault::Unreachable));
    assert!(began.elapsed() < Duration::from_millis(900));
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let caller = Caller::new(&settings()).unwrap();
    let attempted = call(&caller, "http://127.0.0.1:1/").await;
    assert_eq!(attempted, Attempted::Unanswered(Fault::Unreachable));
}

/// A resolver that answers these in turn, the last one for ever.
fn answers(answers: Vec<Vec<SocketAddr>>) -> Names {
    let answers = Arc::new(Mutex::new(VecDeque::from(answers)));
    Arc::new(move |_| {
        let mut answers = answers.lock().unwrap();
        let answer = match answers.len() {
            1 => answers[0].clone(),
            _ => answers.pop_front().unwrap(),
        };
        Box::pin(async move { Ok(answer) })
    })
}

fn address(text: &str) -> SocketAddr {
    SocketAddr::new(text.parse().unwrap(), 0)
}

/// Calls as production does: https and public addresses only.
async fn in_production(port: u16, names: Names) -> Attempted {
    let settings = WebhooksConfig {
        ports: vec![port],
        connect_timeout_ms: 300,
        timeout_ms: 1_000,
        ..WebhooksConfig::default()
    };
    let caller = Caller::resolving_by(&settings, names).unwrap();
    call(&caller, &format!("https://hooks.example.com:{port}/")).await
}

#[tokio::test]
async fn a_name_of_a_private_address_is_not_connected_to() {
    let receiver = Receiver::start(Manners::Answer(200, 0)).await;
    for private in [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "64:ff9b::7f00:1",
        "fd00::1",
        "0.0.0.0",
    ] {
        let names = answers(vec![vec![address(private)]]);
        let attempted = in_production(receiver.address.port(), names).await;
        assert_eq!(
            attempted,
            Attempted::Unanswered(Fault::Forbidden),
            "{private}"
        );
    }
    assert_eq!(receiver.connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_address_gains_nothing() {
    let receiver = Receiver::start(Manners::Answer(200, 0)).await;
    // A range that nobody has been given yet passes the filter and is connected to, in vain; whatever the name says
    // afterwards is judged anew.
    let names = answers(vec![vec![address("2d00::1")], vec![address("127.0.0.1")]]);
    let port = receiver.address.port();
    let settings = WebhooksConfig {
        ports: vec![port],
        connect_timeout_ms: 100,
        timeout_ms: 200,
        ..WebhooksConfig::default()
    };
    let caller = Caller::resolving_by(&settings, names).unwrap();
    let url = format!("https://hooks.example.com:{port}/");
    let first = call(&caller, &url).await;
    assert!(matches!(
        first,
        Attempted::Unanswered(Fault::Unreachable | Fault::TimedOut)
    ));
    let second = call(&caller, &url).await;
    assert_eq!(second, Attempted::Unanswered(Fault::Forbidden));
    assert_eq!(receiver.connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn of_mixed_addresses_only_public_ones_are_tried() {
    let receiver = Receiver::start(Manners::Answer(200, 0)).await;
    let names = answers(vec![vec![address("127.0.0.1"), address("2d00::1")]]);
    let attempted = in_production(receiver.address.port(), names).await;
    assert!(matches!(
        attempted,
        Attempted::Unanswered(Fault::Unreachable | Fault::TimedOut)
    ));
    assert_eq!(receiver.connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_name_without_an_address_is_told_apart() {
    let attempted = in_production(443, answers(vec![vec![]])).await;
    assert_eq!(attempted, Attempted::Unanswered(Fault::Unresolved));
}

#[tokio::test]
async fn a_url_that_became_forbidden_is_not_called() {
    let receiver = Receiver::start(Manners::Answer(200, 0)).await;
    let caller = Caller::new(&WebhooksConfig::default()).unwrap();
    let attempted = call(&caller, &receiver.url()).await;
    assert_eq!(attempted, Attempted::Unanswered(Fault::Forbidden));
    assert_eq!(receiver.connections.load(Ordering::Relaxed), 0);
}
