//! Who was reached by no channel.
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

use sqlx::PgPool;
use support::intake::EDITION;
use support::office::Office;
use support::relay::Manners;
use tonic::{Code, Request};
use uuid::Uuid;
use winner_notification::grpc::messages::Messages;
use winner_platform::auth::{Actor, Grant};
use winner_proto::notification::v1::message_service_server::MessageService;
use winner_proto::notification::v1::{ListUnreachedRequest, Unreached};

/// Stores a message as it stands at the end; `recipient` and `event` are numbers of the test's own.
async fn ended(office: &Office, event: u128, recipient: u128, channel: &str, state: &str) {
    let reason = ["unknown", "failed", "bounced"].contains(&state);
    sqlx::query!(
        r#"
        INSERT INTO notification.messages
               (message_id, edition_id, event_id, recipient_kind, recipient_id, channel,
                template, notice, state, reason, fence, created_at)
        VALUES ($1, $2, $3, 'person', $4, $5, 'assignment_added', '{}', $6, $7, 1, now())
        "#,
        office.ledger.ids().uuid(),
        EDITION,
        Uuid::from_u128(event),
        Uuid::from_u128(recipient),
        channel,
        state,
        reason.then_some("gave_up"),
    )
    .execute(&office.pool)
    .await
    .unwrap();
}

/// Everybody whom nothing reached, over pages of this size.
async fn unreached(office: &Office, event: Option<u128>, page_size: i32) -> Vec<Unreached> {
    let service = Messages {
        ledger: office.ledger.clone(),
        wake: office.wake.clone(),
        book: office.book(),
    };
    let grants = vec![Grant::new("auditor", EDITION)];
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListUnreachedRequest {
            parent: format!("editions/{EDITION}"),
            event_id: event.map_or_else(String::new, |id| Uuid::from_u128(id).to_string()),
            page_size,
            page_token,
        };
        let actor = Actor::of_person(Uuid::from_u128(7), grants.clone());
        let page = service
            .list_unreached(actor.attach(Request::new(request)))
            .await
            .unwrap()
            .into_inner();
        all.extend(page.unreached);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

fn recipients(unreached: &[Unreached]) -> Vec<u128> {
    let ids = unreached.iter().map(|one| &one.recipient_id);
    ids.map(|id| Uuid::parse_str(id).unwrap().as_u128())
        .collect()
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn who_got_it_over_any_channel_is_reached_and_everybody_else_is_listed(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    for (recipient, states) in [
        (1, &[("email", "sent")][..]),
        (2, &[("email", "failed")]),
        (3, &[("email", "bounced"), ("sms", "delivered")]),
        (4, &[("email", "unknown"), ("sms", "failed")]),
        (5, &[("email", "suppressed")]),
        (6, &[("email", "queued")]),
        (7, &[("email", "unknown"), ("sms", "sent")]),
        (8, &[("email", "cancelled"), ("sms", "bounced")]),
    ] {
        for (channel, state) in states {
            ended(&office, 1, recipient, channel, state).await;
        }
    }
    let listed = unreached(&office, Some(1), 100).await;
    assert_eq!(recipients(&listed), [2, 4, 5, 6, 8]);
    let states: Vec<_> = listed[1]
        .messages
        .iter()
        .map(|message| message.state().as_str_name())
        .collect();
    assert_eq!(states, ["MESSAGE_STATE_UNKNOWN", "MESSAGE_STATE_FAILED"]);
    assert_eq!(unreached(&office, Some(2), 100).await, []);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn pages_of_any_size_hold_every_notice_once(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    for event in 1..=3 {
        for recipient in 1..=4 {
            ended(&office, event, recipient, "email", "failed").await;
            ended(&office, event, recipient, "sms", "unknown").await;
        }
    }
    let whole = unreached(&office, None, 100).await;
    assert_eq!(whole.len(), 12);
    for size in [1, 2, 5, 12] {
        assert_eq!(
            unreached(&office, None, size).await,
            whole,
            "pages of {size}"
        );
    }
    assert_eq!(
        recipients(&unreached(&office, Some(2), 3).await),
        [1, 2, 3, 4]
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_forged_page_token_is_the_caller_s_mistake(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let service = Messages {
        ledger: office.ledger.clone(),
        wake: office.wake.clone(),
        book: office.book(),
    };
    let request = ListUnreachedRequest {
        parent: format!("editions/{EDITION}"),
        page_token: "'; DROP TABLE".to_owned(),
        ..ListUnreachedRequest::default()
    };
    let grants = vec![Grant::new("auditor", EDITION)];
    let actor = Actor::of_person(Uuid::from_u128(7), grants);
    let answer = service
        .list_unreached(actor.attach(Request::new(request)))
        .await;
    assert_eq!(answer.unwrap_err().code(), Code::InvalidArgument);
}

/// Among 60,000 messages of which nearly all arrived, a page reads an index and no table from end to end.
#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_page_reads_indexes_alone(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    sqlx::query!(
        r#"
        INSERT INTO notification.messages
               (message_id, edition_id, event_id, recipient_kind, recipient_id, channel,
                template, notice, state, reason, created_at)
        SELECT gen_random_uuid(), $1, $2, 'person', gen_random_uuid(), 'email', 'assignment_added', '{}',
               CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'sent' END, 'gave_up', now()
        FROM   generate_series(1, 60000) AS n
        "#,
        EDITION,
        Uuid::from_u128(1),
    )
    .execute(&office.pool)
    .await
    .unwrap();
    sqlx::query!("ANALYZE notification.messages")
        .execute(&office.pool)
        .await
        .unwrap();
    let plan = sqlx::query_scalar!(
        r#"
        EXPLAIN
        SELECT   m.event_id, m.recipient_id, m.template
        FROM     notification.messages AS m
        WHERE    m.edition_id = $1
        AND      m.state NOT IN ('sent', 'delivered')
        AND      m.event_id BETWEEN $2 AND $3
        AND      (m.event_id, m.recipient_id, m.template) > ($2, $2, '')
        AND      NOT EXISTS (
                     SELECT
                     FROM   notification.messages AS r
                     WHERE  r.event_id = m.event_id
                     AND    r.recipient_id = m.recipient_id
                     AND    r.template = m.template
                     AND    r.state IN ('sent', 'delivered')
                     OFFSET 0
                 )
        GROUP BY m.event_id, m.recipient_id, m.template
        ORDER BY m.event_id, m.recipient_id, m.template
        LIMIT    101
        "#,
        EDITION,
        Uuid::nil(),
        Uuid::max(),
    )
    .fetch_all(&office.pool)
    .await
    .unwrap();
    let plan: Vec<String> = plan.into_iter().flatten().collect();
    let plan = plan.join("\n");
    assert!(plan.contains("messages_unreached"), "{plan}");
    assert!(!plan.contains("Seq Scan"), "{plan}");
}
