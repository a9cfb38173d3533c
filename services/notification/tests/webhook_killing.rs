//! A process that is killed at any point of bringing events: every event arrives all the same.
#![cfg(feature = "failpoints")]
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

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::PgPool;
use support::hooks::{Hooks, until};
use support::receiver::{Manners, Receiver};
use winner_notification::points;
use winner_notification::webhooks::WebhooksConfig;

const EVENTS: usize = 12;

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn killed_at_any_point_every_event_arrives_under_one_id(pool: PgPool) {
    let config = WebhooksConfig {
        allow_plain_loopback: true,
        timeout_ms: 500,
        connect_timeout_ms: 500,
        lease_ms: 1_000,
        poll_ms: 50,
        ..WebhooksConfig::default()
    };
    let hooks = Hooks::with(&pool, config).await;
    let endpoint = Receiver::start(Manners::Answer(200, 5)).await;
    hooks.register(&endpoint.url(), &[">"]).await;
    let mut expected = 0;
    for point in points::WEBHOOKS {
        hooks.say_many(EVENTS).await;
        expected += EVENTS;
        let killed = hooks.start();
        let (hard, soft) = (killed.shutdown.hard.clone(), killed.shutdown.soft.clone());
        let passed = AtomicUsize::new(0);
        fail::cfg_callback(*point, move || {
            if passed.fetch_add(1, Ordering::SeqCst) == 1 {
                soft.cancel();
                hard.cancel();
            }
        })
        .unwrap();
        let reached = killed.shutdown.hard.cancelled();
        let reached = tokio::time::timeout(Duration::from_secs(10), reached).await;
        fail::remove(*point);
        assert!(reached.is_ok(), "{point} was not reached");
        killed.kill().await;
        let survivor = hooks.start();
        until(point, async || {
            hooks.states().await.get("delivered") == Some(&i64::try_from(expected).unwrap())
        })
        .await;
        survivor.stop().await;
    }
    let mut copies = BTreeMap::<String, usize>::new();
    for id in endpoint.ids() {
        *copies.entry(id).or_default() += 1;
    }
    assert_eq!(copies.len(), expected);
    // Twice where the answer was lost with the process; never for what was recorded.
    let again: usize = copies.values().map(|count| count - 1).sum();
    assert!(again <= 4 * points::WEBHOOKS.len(), "{again} came twice");
}
