//! From a PUBLIC event to an endpoint: once is enough, failures are tried again, and what is off is not called.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::large_futures,
        reason = "tests may panic, and run once"
    )
)]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::PgPool;
use support::hooks::{Hooks, received, submitted, until};
use support::intake::EDITION;
use support::receiver::{Manners, Receiver};
use time::OffsetDateTime;
use uuid::Uuid;
use winner_notification_core::webhook::secret::Secret;
use winner_notification_core::webhook::signature::sign;
use winner_proto::notification::v1::DeliveryState;

const ALL: &[&str] = &[">"];

async fn receiver() -> Receiver {
    Receiver::start(Manners::Answer(200, 0)).await
}

fn name(made: &winner_proto::notification::v1::EndpointWithSecret) -> String {
    made.endpoint.as_ref().unwrap().name.clone()
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_event_reaches_whoever_wants_it_once_and_signed(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let (wants, does_not) = (receiver().await, receiver().await);
    let made = hooks.register(&wants.url(), &["intake.submission.>"]).await;
    hooks.register(&does_not.url(), &["judging.>"]).await;
    let event = submitted(hooks.office.ledger.ids().uuid());
    hooks.say(&event).await;
    hooks.say(&event).await;
    let running = hooks.start();
    until("a delivery", async || wants.taken().len() == 1).await;
    until("the record", async || {
        hooks.states().await.contains_key("delivered")
    })
    .await;
    running.stop().await;
    let taken = wants.taken().remove(0);
    let body: serde_json::Value = serde_json::from_slice(&taken.body).unwrap();
    assert_eq!(body["id"], event.id.to_string());
    assert_eq!(body["type"], "winner.intake.submission.submitted.v1");
    assert_eq!(body["edition"], EDITION);
    assert_eq!(body["data"]["versionNumber"], 1);
    let deliveries = hooks.deliveries(&name(&made)).await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].state(), DeliveryState::Delivered);
    assert!(deliveries[0].name.ends_with(&taken.headers["webhook-id"]));
    let at = taken.headers["webhook-timestamp"].parse().unwrap();
    let signed = sign(
        taken.headers["webhook-id"].parse().unwrap(),
        OffsetDateTime::from_unix_timestamp(at).unwrap(),
        &taken.body,
        &[Secret::parse(&made.secret).unwrap()],
    );
    assert_eq!(taken.headers["webhook-signature"], signed.signature);
    assert!(does_not.taken().is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_edition_without_endpoints_keeps_nothing(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    hooks.say_many(3).await;
    let other = receiver().await;
    hooks.register(&other.url(), &["judging.>"]).await;
    hooks.say_many(3).await;
    let kept =
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM notification.webhook_events"#)
            .fetch_one(&hooks.office.pool)
            .await
            .unwrap();
    assert_eq!(kept, 0);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_is_not_public_never_leaves(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let outside = receiver().await;
    hooks.register(&outside.url(), ALL).await;
    for (aggregate, event) in [("screening", "decided"), ("person", "registered")] {
        let id = hooks.office.ledger.ids().uuid();
        hooks.say(&received(id, aggregate, event, "1", "{}")).await;
    }
    assert!(hooks.states().await.is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn two_dispatchers_call_each_endpoint_once_for_each_event(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let endpoints = [receiver().await, receiver().await, receiver().await];
    for endpoint in &endpoints {
        hooks.register(&endpoint.url(), ALL).await;
    }
    hooks.say_many(100).await;
    let (one, other) = (hooks.start(), hooks.start());
    until("all", async || {
        hooks.states().await.get("delivered") == Some(&300)
    })
    .await;
    one.stop().await;
    other.stop().await;
    for endpoint in &endpoints {
        let ids = endpoint.ids();
        let different: BTreeSet<&String> = ids.iter().collect();
        assert_eq!((ids.len(), different.len()), (100, 100));
        let most = endpoint
            .most_at_once
            .load(std::sync::atomic::Ordering::SeqCst);
        assert!(most <= 4, "{most} at once, and 4 are allowed");
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_endpoint_is_never_called_faster_than_it_asks_for(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let endpoint = receiver().await;
    hooks.register_at(&endpoint.url(), ALL, 20).await;
    hooks.say_many(80).await;
    let (one, other) = (hooks.start(), hooks.start());
    until("all", async || endpoint.taken().len() == 80).await;
    one.stop().await;
    other.stop().await;
    let mut moments: Vec<_> = endpoint.taken().iter().map(|taken| taken.at).collect();
    moments.sort_unstable();
    for (first, from) in moments.iter().enumerate() {
        for (last, to) in moments.iter().enumerate().skip(first) {
            // Calls are stamped where they arrive; a tenth of a second is for the way.
            let window = (*to - *from).as_secs_f64() + 0.1;
            let allowed = 20.0 * (window + 1.0) + 1.0;
            let count = (last - first + 1) as f64;
            assert!(count <= allowed, "{count} calls in {window} s");
        }
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_reader_of_the_database_finds_no_secret(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let endpoint = receiver().await;
    let made = hooks.register(&endpoint.url(), ALL).await;
    let secret = Secret::parse(&made.secret).unwrap();
    let rows = sqlx::query_scalar!(
        r#"
        SELECT to_jsonb(e)::text AS "row!" FROM notification.webhook_endpoints AS e
        UNION ALL
        SELECT to_jsonb(r)::text FROM notification.requests AS r
        "#
    )
    .fetch_all(&hooks.office.pool)
    .await
    .unwrap();
    let text = made.secret.trim_start_matches("whsec_");
    let hidden = hex::encode(secret.as_bytes());
    let as_text = hex::encode(&made.secret);
    assert!(rows.len() >= 2);
    for row in rows {
        for clear in [text, hidden.as_str(), as_text.as_str()] {
            assert!(!row.contains(clear));
        }
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_was_kept_long_enough_is_forgotten(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let endpoint = receiver().await;
    let made = hooks.register(&endpoint.url(), ALL).await;
    let ids: Vec<Uuid> = hooks.say_many(3).await;
    sqlx::query!(
        r#"
        UPDATE notification.webhook_events
        SET    came_at = now() - interval '31 days'
        WHERE  event_id = $1
        "#,
        ids[0],
    )
    .execute(&hooks.office.pool)
    .await
    .unwrap();
    let running = hooks.start();
    until("the end of keeping", async || {
        hooks.deliveries(&name(&made)).await.len() == 2
    })
    .await;
    running.stop().await;
    assert!(Duration::from_hours(24 * 30) == hooks.config.keep());
}
