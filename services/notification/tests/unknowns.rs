//! What becomes of messages of which nobody knows whether they went out, and of those left behind.
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
use support::office::{Office, Timing};
use support::relay::Manners;
use uuid::Uuid;
use winner_notification::commands::outlast::{Policies, outlast};
use winner_notification::domain::channel::Channel;
use winner_notification::domain::message::UnknownPolicy;
use winner_notification::domain::patience::Patience;
use winner_notification::jobs::stuck::{Limits, look};
use winner_notification::store::claims;
use winner_notification::store::left_behind::LeftBehind;

const MINUTE: Duration = Duration::from_mins(1);
const PATIENCE: Patience = Patience {
    first: Duration::ZERO,
    longest: Duration::ZERO,
    tries: 3,
};

fn policies(policy: UnknownPolicy) -> Policies {
    Policies([("assignment_added".to_owned(), policy)].into())
}

/// An office with messages whose fate is unknown.
async fn in_doubt(pool: &PgPool, count: usize) -> Office {
    let office = Office::open(pool, Manners::SilentAfterDot).await;
    office.queue(count).await;
    let process = office.start_with(Timing {
        answer_ms: 100,
        ..Timing::default()
    });
    office.wait_for(&["unknown"]).await;
    process.stop().await;
    office
}

/// Lets messages have been unknown for a minute more.
async fn a_minute_passes(office: &Office) {
    sqlx::query!(
        "UPDATE notification.messages SET unknown_since = unknown_since - interval '1 minute'"
    )
    .execute(&office.pool)
    .await
    .unwrap();
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_no_policy_names_stays_unknown_for_ever(pool: PgPool) {
    let office = in_doubt(&pool, 1).await;
    for _ in 0..10 {
        a_minute_passes(&office).await;
    }
    let hold = policies(UnknownPolicy::Hold);
    for policies in [&Policies::default(), &hold] {
        let looked_at = outlast(&office.ledger, policies, &PATIENCE).await.unwrap();
        assert_eq!(looked_at, 0);
    }
    assert_eq!(office.states().await.get("unknown"), Some(&1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_policy_sends_again_after_its_time_and_not_without_end(pool: PgPool) {
    let office = in_doubt(&pool, 1).await;
    let policies = policies(UnknownPolicy::ResendAfter(MINUTE));
    let apply = || outlast(&office.ledger, &policies, &PATIENCE);
    assert_eq!(apply().await.unwrap(), 0);
    for attempts in 2..=3 {
        a_minute_passes(&office).await;
        assert_eq!(apply().await.unwrap(), 1);
        assert_eq!(office.states().await.get("queued"), Some(&1));
        let process = office.start_with(Timing {
            answer_ms: 100,
            ..Timing::default()
        });
        office.wait_for(&["unknown"]).await;
        process.stop().await;
        assert_eq!(office.relay.messages().len(), attempts);
        // The time begins anew.
        assert_eq!(apply().await.unwrap(), 0);
    }
    a_minute_passes(&office).await;
    assert_eq!(apply().await.unwrap(), 0);
    assert_eq!(office.states().await.get("unknown"), Some(&1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn another_channel_says_the_same_once_and_the_unknown_stays_listed(pool: PgPool) {
    let office = in_doubt(&pool, 3).await;
    let policies = policies(UnknownPolicy::OtherChannelAfter(MINUTE));
    a_minute_passes(&office).await;
    // One of them has its SMS already, one was stopped by an organiser.
    sqlx::query!(
        r#"
        INSERT INTO notification.messages
               (message_id, edition_id, event_id, recipient_kind, recipient_id, channel, template,
                notice, state, created_at)
        SELECT $1, edition_id, event_id, recipient_kind, recipient_id, 'sms', template, notice, 'sent',
               created_at
        FROM   notification.messages
        ORDER BY message_id
        LIMIT  1
        "#,
        Uuid::from_u128(1),
    )
    .execute(&office.pool)
    .await
    .unwrap();
    sqlx::query!(
        r#"
        UPDATE notification.messages
        SET    stopped = true
        WHERE  message_id = (SELECT message_id FROM notification.messages ORDER BY message_id DESC LIMIT 1)
        "#
    )
    .execute(&office.pool)
    .await
    .unwrap();
    // Two copies of the service at once.
    let (one, other) = tokio::join!(
        outlast(&office.ledger, &policies, &PATIENCE),
        outlast(&office.ledger, &policies, &PATIENCE),
    );
    assert!((1..=2).contains(&(one.unwrap() + other.unwrap())));
    assert_eq!(
        outlast(&office.ledger, &policies, &PATIENCE).await.unwrap(),
        0
    );
    let sms = sqlx::query!(
        r#"
        SELECT s.state, s.notice = m.notice AS "same!", s.edition_id = m.edition_id AS "edition!"
        FROM   notification.messages AS s
        JOIN   notification.messages AS m USING (event_id, recipient_id, template)
        WHERE  s.channel = 'sms'
        AND    m.channel = 'email'
        AND    s.state = 'queued'
        "#
    )
    .fetch_all(&office.pool)
    .await
    .unwrap();
    assert_eq!(sms.len(), 1);
    assert!(sms[0].same && sms[0].edition);
    assert_eq!(office.states().await.get("unknown"), Some(&3));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_nobody_takes_care_of_is_counted_and_never_moved(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(3).await;
    let limits = Limits {
        late: MINUTE,
        lapsed: MINUTE,
    };
    let count = |leisure| look(&office.ledger, Channel::Email, leisure, limits);
    assert_eq!(count(true).await.unwrap(), LeftBehind::default());
    let short = Duration::from_millis(1);
    claims::claim(&office.pool, Channel::Email, 1, short)
        .await
        .unwrap();
    sqlx::query!(
        r#"
        UPDATE notification.messages
        SET    not_before  = not_before - interval '2 minutes',
               lease_until = lease_until - interval '2 minutes'
        "#
    )
    .execute(&office.pool)
    .await
    .unwrap();
    let before = office.states().await;
    let stuck = LeftBehind {
        queued: 2,
        sending: 1,
    };
    assert_eq!(count(true).await.unwrap(), stuck);
    // A sender that has its hands full leaves things waiting with reason; a lease is a lease.
    let busy = LeftBehind {
        queued: 0,
        sending: 1,
    };
    assert_eq!(count(false).await.unwrap(), busy);
    let sms = look(&office.ledger, Channel::Sms, true, limits).await;
    assert_eq!(sms.unwrap(), LeftBehind::default());
    assert_eq!(office.states().await, before);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_sender_is_at_leisure_only_while_it_finds_nothing(pool: PgPool) {
    let office = Office::open(&pool, Manners::SilentAfterDot).await;
    let process = office.start_with(Timing {
        answer_ms: 300,
        ..Timing::default()
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(office.wake.at_leisure(Channel::Email) > Duration::from_millis(100));
    office.queue(60).await;
    while office.spool().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(office.wake.at_leisure(Channel::Email), Duration::ZERO);
    // No sender of SMS is there: whatever waits for one is left behind.
    assert!(office.wake.at_leisure(Channel::Sms) > Duration::from_millis(200));
    process.stop().await;
}
