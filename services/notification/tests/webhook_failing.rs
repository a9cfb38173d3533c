//! Endpoints that fail, and we ourselves: what is tried again, given up, and made good.
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

use sqlx::PgPool;
use support::hooks::{Hooks, until};
use support::intake::EDITION;
use support::receiver::{Manners, Receiver};
use winner_proto::notification::v1::DeliveryState;

const ALL: &[&str] = &[">"];

fn name(made: &winner_proto::notification::v1::EndpointWithSecret) -> String {
    made.endpoint.as_ref().unwrap().name.clone()
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
    hooks.office.intake.mean(EDITION, organiser);
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
