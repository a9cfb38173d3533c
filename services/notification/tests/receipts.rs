//! Receipts: late, early, twice, out of order, and for nothing of ours.
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
use support::office::Office;
use support::relay::Manners;
use uuid::Uuid;
use winner_notification::commands::conclude::{Ended, conclude};
use winner_notification::commands::reap::reap;
use winner_notification::commands::receive::{catch_up, receive};
use winner_notification::domain::channel::Channel;
use winner_notification::domain::evidence::Evidence;
use winner_notification::domain::heard::{Heard, Named, ProviderId};
use winner_notification::domain::message::{Answer, Receipt, Report};
use winner_notification::domain::patience::Patience;
use winner_notification::domain::reason::Reason;
use winner_notification::store::{claims, receipts};

const LONG: Duration = Duration::from_mins(1);
const LOST: Receipt = Receipt::Lost(Reason::MailboxUnknown);
const PATIENCE: Patience = Patience {
    first: Duration::ZERO,
    longest: Duration::ZERO,
    tries: 5,
};

fn about(message: Uuid, receipt: Receipt) -> Heard {
    Heard {
        channel: Channel::Email,
        of: Named::Message(message),
        receipt,
    }
}

fn by_provider(id: &str, receipt: Receipt) -> Heard {
    Heard {
        channel: Channel::Email,
        of: Named::Provider(ProviderId::parse(id).unwrap()),
        receipt,
    }
}

/// A message that has crossed the point of no return, and the report that it was taken as `provider_id`.
async fn crossed(office: &Office, provider_id: &str, lease: Duration) -> Ended {
    office.queue(1).await;
    let claim = claims::claim(&office.pool, Channel::Email, 10, LONG)
        .await
        .unwrap()
        .remove(0);
    let this = [(claim.message_id, claim.fence)];
    claims::cross(&office.pool, &this, lease).await.unwrap();
    Ended {
        message_id: claim.message_id,
        fence: claim.fence,
        report: Report::Answered(Answer::Accepted { status_code: 250 }),
        talked: true,
        evidence: Evidence {
            provider_id: Some(provider_id.to_owned()),
            ..Evidence::default()
        },
    }
}

async fn kept(office: &Office) -> (i64, i64) {
    let row = sqlx::query!(
        r#"
        SELECT count(*) AS "all!", count(*) FILTER (WHERE waiting) AS "waiting!"
        FROM   notification.receipts
        "#
    )
    .fetch_one(&office.pool)
    .await
    .unwrap();
    (row.all, row.waiting)
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_receipt_by_the_provider_s_id_says_that_a_sent_message_arrived(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let report = crossed(&office, "SM-1", LONG).await;
    conclude(&office.ledger, &PATIENCE, &[report])
        .await
        .unwrap();
    let heard = [by_provider("SM-1", Receipt::Delivered)];
    assert_eq!(receive(&office.ledger, &heard).await.unwrap(), 1);
    assert_eq!(office.states().await.get("delivered"), Some(&1));
    assert_eq!(office.said().await.get("delivered"), Some(&1));
    // Again, and whatever comes after, changes nothing and is kept once a kind.
    let heard = [
        by_provider("SM-1", Receipt::Delivered),
        by_provider("SM-1", LOST),
        by_provider("SM-1", LOST),
        by_provider("SM-1", Receipt::Accepted),
    ];
    assert_eq!(receive(&office.ledger, &heard).await.unwrap(), 0);
    assert_eq!(office.states().await.get("delivered"), Some(&1));
    assert_eq!(office.said().await.get("bounced"), None);
    assert_eq!(kept(&office).await, (3, 0));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_receipt_before_the_answer_waits_for_it(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let report = crossed(&office, "SM-1", LONG).await;
    let heard = [
        by_provider("SM-1", Receipt::Accepted),
        by_provider("SM-1", Receipt::Delivered),
    ];
    assert_eq!(receive(&office.ledger, &heard).await.unwrap(), 0);
    assert_eq!(kept(&office).await, (2, 2));
    assert_eq!(office.states().await.get("sending"), Some(&1));
    conclude(&office.ledger, &PATIENCE, &[report])
        .await
        .unwrap();
    assert_eq!(office.states().await.get("delivered"), Some(&1));
    assert_eq!(kept(&office).await, (2, 0));
    let said = office.said().await;
    assert_eq!((said["sent"], said["delivered"]), (1, 1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_late_receipt_settles_what_was_unknown(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    for (receipt, state) in [
        (Receipt::Accepted, "sent"),
        (Receipt::Delivered, "delivered"),
        (LOST, "bounced"),
    ] {
        let report = crossed(&office, "SM-1", Duration::from_millis(1)).await;
        // While its sender may still report, the receipt waits.
        let heard = [about(report.message_id, receipt)];
        assert_eq!(receive(&office.ledger, &heard).await.unwrap(), 0);
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert_eq!(reap(&office.ledger).await.unwrap(), 1);
        assert_eq!(catch_up(&office.ledger).await.unwrap(), 1);
        assert_eq!(office.states().await.get(state), Some(&1));
        assert_eq!(office.states().await.get("unknown"), None);
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_receipt_that_comes_in_the_same_moment_as_the_answer_is_joined_later(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let report = crossed(&office, "SM-1", LONG).await;
    conclude(&office.ledger, &PATIENCE, &[report])
        .await
        .unwrap();
    // As if neither transaction had seen the other's.
    let mut conn = office.pool.acquire().await.unwrap();
    let heard = [by_provider("SM-1", Receipt::Delivered)];
    receipts::keep(&mut conn, &heard).await.unwrap();
    assert_eq!(catch_up(&office.ledger).await.unwrap(), 1);
    assert_eq!(office.states().await.get("delivered"), Some(&1));
    assert_eq!(catch_up(&office.ledger).await.unwrap(), 0);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn receipts_for_nothing_of_ours_are_bounded_in_number_and_age(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let flood: Vec<_> = (0..1_200)
        .map(|n| by_provider(&format!("forged-{n}"), Receipt::Delivered))
        .chain([about(Uuid::from_u128(1), Receipt::Delivered)])
        .collect();
    assert_eq!(receive(&office.ledger, &flood).await.unwrap(), 0);
    assert_eq!(kept(&office).await, (1_201, 1_201));
    assert_eq!(catch_up(&office.ledger).await.unwrap(), 0);
    assert_eq!(kept(&office).await, (1_201, 1_201));
    let forgotten = receipts::forget(&office.pool, 7, 200).await.unwrap();
    assert!((1_000..=1_001).contains(&forgotten), "{forgotten}");
    assert!(receipts::forget(&office.pool, 0, 200).await.unwrap() >= 200);
    assert_eq!(kept(&office).await.0, 0);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_id_that_a_provider_used_twice_is_the_latest_message_s(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let mut last = Uuid::nil();
    for _ in 0..2 {
        let report = crossed(&office, "7", LONG).await;
        last = last.max(report.message_id);
        conclude(&office.ledger, &PATIENCE, &[report])
            .await
            .unwrap();
    }
    let heard = [by_provider("7", Receipt::Delivered)];
    assert_eq!(receive(&office.ledger, &heard).await.unwrap(), 1);
    let delivered = sqlx::query_scalar!(
        "SELECT message_id FROM notification.messages WHERE state = 'delivered'"
    )
    .fetch_all(&office.pool)
    .await
    .unwrap();
    assert_eq!(delivered, [last]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_receipt_of_one_channel_says_nothing_of_the_other(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let report = crossed(&office, "SM-1", LONG).await;
    let by_sms = Heard {
        channel: Channel::Sms,
        ..about(report.message_id, LOST)
    };
    conclude(&office.ledger, &PATIENCE, &[report])
        .await
        .unwrap();
    let heard = [
        by_sms.clone(),
        Heard {
            channel: Channel::Sms,
            ..by_provider("SM-1", LOST)
        },
    ];
    assert_eq!(receive(&office.ledger, &heard).await.unwrap(), 0);
    assert_eq!(catch_up(&office.ledger).await.unwrap(), 0);
    assert_eq!(office.states().await.get("sent"), Some(&1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn receipts_and_reports_at_once_end_in_what_is_known(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(40).await;
    let claimed = claims::claim(&office.pool, Channel::Email, 40, LONG)
        .await
        .unwrap();
    let this: Vec<_> = claimed.iter().map(|c| (c.message_id, c.fence)).collect();
    claims::cross(&office.pool, &this, LONG).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for claim in claimed {
        let id = claim.message_id.simple().to_string();
        let ended = Ended {
            message_id: claim.message_id,
            fence: claim.fence,
            report: Report::Answered(Answer::Accepted { status_code: 250 }),
            talked: true,
            evidence: Evidence {
                provider_id: Some(id.clone()),
                ..Evidence::default()
            },
        };
        let ledger = office.ledger.clone();
        tasks.spawn(async move { conclude(&ledger, &PATIENCE, &[ended]).await.unwrap() });
        let ledger = office.ledger.clone();
        tasks.spawn(async move {
            let heard = [
                by_provider(&id, Receipt::Delivered),
                about(claim.message_id, Receipt::Accepted),
            ];
            receive(&ledger, &heard).await.unwrap();
        });
    }
    tasks.join_all().await;
    catch_up(&office.ledger).await.unwrap();
    assert_eq!(office.states().await.get("delivered"), Some(&40));
    assert_eq!(kept(&office).await.1, 0);
    let said = office.said().await;
    assert_eq!((said["sent"], said["delivered"]), (40, 40));
}
