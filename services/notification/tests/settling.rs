//! What organisers see and settle.
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
use support::intake::EDITION;
use support::office::{Office, Timing};
use support::relay::Manners;
use tonic::{Code, Request};
use uuid::Uuid;
use winner_notification::grpc::messages::Messages;
use winner_platform::auth::{Actor, Grant};
use winner_proto::notification::v1::message_service_server::MessageService;
use winner_proto::notification::v1::{
    GetMessageRequest, ListMessagesRequest, MessageState, Resolution, ResolveMessageRequest,
};

fn holding<T>(office: &str, edition: &str, request: T) -> Request<T> {
    let grants = vec![Grant::new(office, edition)];
    Actor::of_person(Uuid::from_u128(7), grants).attach(Request::new(request))
}

fn service(office: &Office) -> Messages {
    Messages {
        ledger: office.ledger.clone(),
        wake: office.wake.clone(),
        book: office.book(),
    }
}

fn name(message: Uuid) -> String {
    format!("editions/{EDITION}/messages/{message}")
}

fn settlement(message: Uuid, resolution: Resolution, request_id: &str) -> ResolveMessageRequest {
    ResolveMessageRequest {
        name: name(message),
        resolution: resolution.into(),
        request_id: request_id.to_owned(),
    }
}

/// An office with messages whose fate is unknown.
async fn in_doubt(pool: &PgPool, count: usize) -> (Office, Vec<Uuid>) {
    let office = Office::open(pool, Manners::SilentAfterDot).await;
    let messages = office.queue(count).await;
    let process = office.start_with(Timing {
        answer_ms: 100,
        ..Timing::default()
    });
    office.wait_for(&["unknown"]).await;
    process.stop().await;
    (office, messages)
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_message_is_shown_with_how_far_each_attempt_got(pool: PgPool) {
    let (office, messages) = in_doubt(&pool, 1).await;
    let request = GetMessageRequest {
        name: name(messages[0]),
    };
    let message = service(&office)
        .get_message(holding("auditor", EDITION, request))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(message.state(), MessageState::Unknown);
    assert_eq!(message.reason_code, "answer_timed_out");
    assert_eq!(message.attempts.len(), 1);
    assert_eq!(
        message.attempts[0].phase().as_str_name(),
        "ATTEMPT_PHASE_COMMITTING"
    );
    assert!(message.attempts[0].end_time.is_some());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_unknown_message_is_settled_three_ways(pool: PgPool) {
    let (office, messages) = in_doubt(&pool, 3).await;
    let ways = [
        (Resolution::Sent, MessageState::Sent),
        (Resolution::Resend, MessageState::Queued),
        (Resolution::Cancel, MessageState::Cancelled),
    ];
    for (message, (resolution, state)) in messages.iter().zip(ways) {
        let request = settlement(*message, resolution, &message.to_string());
        let settled = service(&office)
            .resolve_message(holding("chair", EDITION, request))
            .await
            .unwrap();
        assert_eq!(settled.into_inner().state(), state);
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_retry_gets_the_same_answer_and_another_body_is_refused(pool: PgPool) {
    let (office, messages) = in_doubt(&pool, 1).await;
    let resend = settlement(messages[0], Resolution::Resend, "satu");
    let first = service(&office)
        .resolve_message(holding("organiser", EDITION, resend.clone()))
        .await
        .unwrap()
        .into_inner();
    let again = service(&office)
        .resolve_message(holding("organiser", EDITION, resend))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);
    let other = settlement(messages[0], Resolution::Cancel, "satu");
    let refused = service(&office)
        .resolve_message(holding("organiser", EDITION, other))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let late = settlement(messages[0], Resolution::Cancel, "dua");
    let refused = service(&office)
        .resolve_message(holding("organiser", EDITION, late))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn nobody_sees_or_settles_another_edition_s_messages(pool: PgPool) {
    let (office, messages) = in_doubt(&pool, 1).await;
    let service = service(&office);
    let get = || GetMessageRequest {
        name: name(messages[0]),
    };
    let list = || ListMessagesRequest {
        parent: format!("editions/{EDITION}"),
        ..ListMessagesRequest::default()
    };
    let settle = || settlement(messages[0], Resolution::Cancel, "satu");
    for (held, edition) in [
        ("judge", EDITION),
        ("member", EDITION),
        ("chair", "lain-2026"),
    ] {
        let codes = [
            service
                .get_message(holding(held, edition, get()))
                .await
                .map(drop),
            service
                .list_messages(holding(held, edition, list()))
                .await
                .map(drop),
            service
                .resolve_message(holding(held, edition, settle()))
                .await
                .map(drop),
        ]
        .map(|answer| answer.unwrap_err().code());
        assert_eq!(codes, [Code::PermissionDenied; 3], "{held} of {edition}");
    }
    let auditor = service
        .resolve_message(holding("auditor", EDITION, settle()))
        .await;
    assert_eq!(auditor.unwrap_err().code(), Code::PermissionDenied);
    // The chair of another edition cannot reach it through their own edition's name either.
    let elsewhere = GetMessageRequest {
        name: format!("editions/lain-2026/messages/{}", messages[0]),
    };
    let answer = service
        .get_message(holding("chair", "lain-2026", elsewhere))
        .await;
    assert_eq!(answer.unwrap_err().code(), Code::NotFound);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn pages_hold_every_message_once_and_states_filter(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let messages = office.queue(5).await;
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListMessagesRequest {
            parent: format!("editions/{EDITION}"),
            page_size: 2,
            page_token,
            state: MessageState::Unspecified.into(),
            ..ListMessagesRequest::default()
        };
        let page = service(&office)
            .list_messages(holding("organiser", EDITION, request))
            .await
            .unwrap()
            .into_inner();
        seen.extend(page.messages.into_iter().map(|message| message.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let mut expected: Vec<_> = messages.into_iter().map(name).collect();
    expected.sort();
    assert_eq!(seen, expected);
    for (state, count) in [
        (MessageState::Queued, 5),
        (MessageState::Sent, 0),
        (MessageState::Bounced, 0),
    ] {
        let request = ListMessagesRequest {
            parent: format!("editions/{EDITION}"),
            state: state.into(),
            ..ListMessagesRequest::default()
        };
        let page = service(&office)
            .list_messages(holding("organiser", EDITION, request))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(page.messages.len(), count, "{state:?}");
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_resent_message_goes_out_once_more_under_its_old_message_id(pool: PgPool) {
    let (office, messages) = in_doubt(&pool, 1).await;
    let resend = settlement(messages[0], Resolution::Resend, "satu");
    service(&office)
        .resolve_message(holding("chair", EDITION, resend))
        .await
        .unwrap();
    let process = office.start_with(Timing {
        answer_ms: 100,
        ..Timing::default()
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    office.wait_for(&["unknown"]).await;
    process.stop().await;
    assert_eq!(office.spool().get(&messages[0]), Some(&2));
    let id = format!("Message-ID: <{}@contoh.test>", messages[0]);
    assert!(
        office
            .relay
            .messages()
            .iter()
            .all(|mail| mail.contains(&id))
    );
}
