//! Every point of sending, killed once: nothing is lost, nothing goes out twice, and whatever may or may
//! not have gone out is called unknown.
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
use support::office::{Office, Timing};
use support::relay::Manners;
use winner_notification::points;

/// Messages per point: more than there are connections, so that some wait when the kill comes, and more
/// than two batches, so that what is passed once a batch is passed a third time.
const MESSAGES: usize = 35;

/// Leases that a test can wait for.
fn timing(reaps: bool) -> Timing {
    let lease = Duration::from_millis(400);
    Timing {
        lease,
        answer_lease: lease,
        answer_ms: 300,
        tries: 10,
        reaps,
    }
}

/// Runs a process until it comes to `point` for the third time, and kills it there.
async fn kill_at(office: &Office, point: &'static str) {
    let process = office.start_with(timing(true));
    let (hard, soft) = (process.shutdown.hard.clone(), process.shutdown.soft.clone());
    let passed = AtomicUsize::new(0);
    fail::cfg_callback(point, move || {
        if passed.fetch_add(1, Ordering::SeqCst) == 2 {
            soft.cancel();
            hard.cancel();
        }
    })
    .unwrap();
    let killed = tokio::time::timeout(Duration::from_secs(5), process.shutdown.hard.cancelled());
    let reached = killed.await.is_ok();
    fail::remove(point);
    process.shutdown.soft.cancel();
    process.shutdown.hard.cancel();
    process.ended().await;
    assert!(
        reached || point.starts_with("reap"),
        "{point} was not reached"
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn killed_at_any_point_no_message_is_lost_or_sent_twice(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let mut expected = 0;
    for point in points::ALL {
        let messages = office.queue(MESSAGES).await;
        expected += messages.len();
        kill_at(&office, point).await;
        let survivor = office.start_with(timing(true));
        office.wait_for(&["sent", "unknown"]).await;
        survivor.stop().await;
        let spool = office.spool();
        for message in &messages {
            let copies = spool.get(message).copied().unwrap_or_default();
            assert!(copies <= 1, "{point}: {copies} copies of one message");
            if copies == 0 {
                let state = sqlx::query_scalar!(
                    "SELECT state FROM notification.messages WHERE message_id = $1",
                    message,
                )
                .fetch_one(&office.pool)
                .await
                .unwrap();
                assert_eq!(state, "unknown", "{point}: a message that nobody got");
            }
        }
        // Settled by an organiser, so that the next point starts clean.
        sqlx::query!(
            "UPDATE notification.messages SET state = 'cancelled' WHERE state = 'unknown'"
        )
        .execute(&office.pool)
        .await
        .unwrap();
        sqlx::query!("UPDATE notification.messages SET state = 'sent' WHERE state = 'cancelled'")
            .execute(&office.pool)
            .await
            .unwrap();
    }
    assert_eq!(
        usize::try_from(office.states().await["sent"]).unwrap(),
        expected
    );
}
