//! A sender of SMS killed at every await on the way of a message. The gateway's list is the oracle.
#![cfg(feature = "failpoints")]
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

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::PgPool;
use support::gateway::{RudeGateway, Ways};
use support::office::{Office, Timing};
use support::relay::Manners;
use support::texting::{queue, settings, start};
use winner_notification::points;

const MESSAGES: usize = 12;

/// Leases that a test can wait for.
fn timing() -> Timing {
    let lease = Duration::from_millis(600);
    Timing {
        lease,
        answer_lease: lease,
        answer_ms: 300,
        tries: 20,
        reaps: true,
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn killed_at_any_point_no_sms_is_lost_or_sent_twice(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let gateway = RudeGateway::start(Ways::Takes);
    let config = settings(&gateway.url());
    for point in points::SMS {
        let messages = queue(&office, MESSAGES).await;
        let process = start(&office, &config, timing());
        let (hard, soft) = (process.shutdown.hard.clone(), process.shutdown.soft.clone());
        let passed = AtomicUsize::new(0);
        fail::cfg_callback(*point, move || {
            if passed.fetch_add(1, Ordering::SeqCst) == 2 {
                soft.cancel();
                hard.cancel();
            }
        })
        .unwrap();
        let killed =
            tokio::time::timeout(Duration::from_secs(5), process.shutdown.hard.cancelled());
        assert!(killed.await.is_ok(), "{point} was not reached");
        fail::remove(*point);
        process.ended().await;
        let survivor = start(&office, &config, timing());
        office.wait_for(&["sent", "unknown"]).await;
        survivor.stop().await;
        let copies = gateway.copies();
        for message in &messages {
            let copies = copies.get(message).copied().unwrap_or_default();
            assert!(copies <= 1, "{point}: {copies} copies of one SMS");
            let state = sqlx::query_scalar!(
                "SELECT state FROM notification.messages WHERE message_id = $1",
                message,
            )
            .fetch_one(&office.pool)
            .await
            .unwrap();
            assert!(
                copies == 1 || state == "unknown",
                "{point}: {state}, and nobody got it"
            );
        }
        let unknown = office.states().await.get("unknown").copied();
        let in_flight = i64::try_from(config.connections * 3).unwrap();
        assert!(
            unknown.unwrap_or_default() <= in_flight,
            "{point}: {unknown:?}"
        );
        // Settled by an organiser, so that the next point starts clean.
        sqlx::query!("UPDATE notification.messages SET state = 'sent' WHERE state = 'unknown'")
            .execute(&office.pool)
            .await
            .unwrap();
    }
}
