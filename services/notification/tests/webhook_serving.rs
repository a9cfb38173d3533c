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
async fn a_failure_is_tried_again_under_the_same_id(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let endpoint = Receiver::start(Manners::Answer(500, 0)).await;
    let made = hooks.register(&endpoint.url(), ALL).await;
    hooks.say_many(1).await;
    let running = hooks.start();
    until("the first attempt", async || {
        hooks.endpoint(&name(&made)).await.failing_since.is_some()
    })
    .await;
    let waiting = hooks.deliveries(&name(&made)).await.remove(0);
    assert_eq!(waiting.state(), DeliveryState::Pending);
    assert_eq!((waiting.status_code, waiting.attempt_count), (500, 1));
    let wait = waiting.next_attempt_time.unwrap().seconds - waiting.create_time.unwrap().seconds;
    assert!(
        (4..=8).contains(&wait),
        "the first rung is five seconds, not {wait}"
    );
    endpoint.behave(Manners::Answer(200, 0));
    hooks.hurry().await;
    until("the second", async || {
        hooks.states().await.contains_key("delivered")
    })
    .await;
    running.stop().await;
    let ids = endpoint.ids();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert!(hooks.endpoint(&name(&made)).await.failing_since.is_none());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn after_ten_failures_it_is_a_dead_letter_that_can_be_replayed(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let endpoint = Receiver::start(Manners::Reset).await;
    let made = hooks.register(&endpoint.url(), ALL).await;
    hooks.say_many(1).await;
    let running = hooks.start();
    until("its death", async || {
        hooks.hurry().await;
        hooks.states().await.contains_key("dead")
    })
    .await;
    let dead = hooks.deliveries(&name(&made)).await.remove(0);
    assert_eq!(dead.attempt_count, 10);
    assert_eq!(dead.reason_code, "broken");
    endpoint.behave(Manners::Answer(200, 0));
    let id = dead.name.rsplit('/').next().unwrap();
    assert_eq!(hooks.replay_one(&name(&made), id).await, 1);
    until("its second life", async || {
        hooks.states().await.contains_key("delivered")
    })
    .await;
    running.stop().await;
    let ids: BTreeSet<String> = endpoint.ids().into_iter().collect();
    assert_eq!(ids.len(), 1);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn gone_disables_at_once_and_the_organisers_are_told_once(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let organiser = hooks.office.ledger.ids().uuid();
    let mut knowledge = hooks.office.intake.knowledge.lock().unwrap();
    let organisers = vec![organiser.to_string()];
    knowledge.recipients.insert(EDITION.to_owned(), organisers);
    drop(knowledge);
    let endpoint = Receiver::start(Manners::Answer(410, 0)).await;
    let made = hooks.register_at(&endpoint.url(), ALL, 0).await;
    hooks.say_many(30).await;
    let running = hooks.start();
    until("the end", async || {
        !hooks
            .endpoint(&name(&made))
            .await
            .disabled_reason
            .is_empty()
    })
    .await;
    assert_eq!(hooks.endpoint(&name(&made)).await.disabled_reason, "gone");
    until("the messages", async || {
        !hooks.office.states().await.is_empty()
    })
    .await;
    running.stop().await;
    // At most those that were under way together.
    assert!(endpoint.taken().len() <= 4, "{}", endpoint.taken().len());
    let states = hooks.states().await;
    assert_eq!(states.get("pending"), None, "{states:?}");
    assert!(states["skipped"] >= 26, "{states:?}");
    let messages: i64 = hooks.office.states().await.values().sum();
    assert_eq!(messages, 1);
    // What comes meanwhile is kept, and comes when somebody asks for it.
    hooks.say_many(5).await;
    endpoint.behave(Manners::Answer(200, 0));
    hooks.enable(&name(&made)).await;
    let again = hooks.replay_since(&name(&made), true).await;
    assert_eq!(again, 35);
    let running = hooks.start();
    until("the rest", async || {
        hooks.states().await.get("delivered") == Some(&35)
    })
    .await;
    running.stop().await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn five_days_of_failure_disable_an_endpoint(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let endpoint = Receiver::start(Manners::Answer(500, 0)).await;
    let made = hooks.register(&endpoint.url(), ALL).await;
    hooks.say_many(1).await;
    sqlx::query!(
        r#"
        UPDATE notification.webhook_endpoints
        SET    failing_since = now() - interval '5 days 1 hour', failures = 20
        "#
    )
    .execute(&hooks.office.pool)
    .await
    .unwrap();
    let running = hooks.start();
    until("the end", async || {
        hooks.endpoint(&name(&made)).await.disabled_reason == "failing"
    })
    .await;
    running.stop().await;
    assert_eq!(endpoint.taken().len(), 1);
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
async fn an_endpoint_that_fails_is_called_singly_and_one_that_is_busy_is_left_alone(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let failing = Receiver::start(Manners::Answer(500, 50)).await;
    let busy = Receiver::start(Manners::Later(429, "120".to_owned())).await;
    hooks.register(&failing.url(), ALL).await;
    hooks.register(&busy.url(), ALL).await;
    hooks.say_many(1).await;
    let running = hooks.start();
    until("the first", async || {
        hooks.states().await.get("pending") == Some(&2)
            && failing.taken().len() + busy.taken().len() == 2
    })
    .await;
    hooks.say_many(20).await;
    until("all", async || failing.taken().len() == 21).await;
    running.stop().await;
    let most = failing
        .most_at_once
        .load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(most, 1);
    assert_eq!(busy.taken().len(), 1);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_a_killed_process_left_behind_is_made_good(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let endpoint = Receiver::start(Manners::Hang).await;
    let made = hooks.register(&endpoint.url(), ALL).await;
    hooks.say_many(1).await;
    let killed = hooks.start();
    until("the call", async || endpoint.taken().len() == 1).await;
    killed.kill().await;
    assert_eq!(hooks.states().await.get("sending"), Some(&1));
    endpoint.behave(Manners::Answer(200, 0));
    let running = hooks.start();
    until("the second call", async || {
        hooks.states().await.contains_key("delivered")
    })
    .await;
    running.stop().await;
    let delivered = hooks.deliveries(&name(&made)).await.remove(0);
    assert_eq!(delivered.attempt_count, 2);
    let ids = endpoint.ids();
    assert_eq!(ids[0], ids[1]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_database_may_throw_everybody_out(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let endpoint = Receiver::start(Manners::Answer(200, 20)).await;
    hooks.register(&endpoint.url(), ALL).await;
    hooks.say_many(150).await;
    let running = hooks.start();
    for thrown_out in 1..=4 {
        until("progress", async || {
            endpoint.taken().len() >= thrown_out * 20
        })
        .await;
        sqlx::query!(
            r#"
            SELECT pg_terminate_backend(pid) AS "done!"
            FROM   pg_stat_activity
            WHERE  datname = current_database()
            AND    pid <> pg_backend_pid()
            "#
        )
        .fetch_all(&pool)
        .await
        .unwrap();
    }
    until("all", async || {
        // The pool of this test was thrown out, too.
        let pool = &hooks.office.pool;
        let done = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM notification.webhook_deliveries WHERE state = 'delivered'"#
        );
        done.fetch_one(pool).await.is_ok_and(|count| count == 150)
    })
    .await;
    running.stop().await;
    let different: BTreeSet<String> = endpoint.ids().into_iter().collect();
    assert_eq!(different.len(), 150);
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
    let hidden: String = secret
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let as_text: String = made
        .secret
        .bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect();
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
