//! What organisers ask for, as they ask for it: `WebhookService`.
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

use sqlx::PgPool;
use support::hooks::{Hooks, by, until};
use support::intake::EDITION;
use support::receiver::{Manners, Receiver, Taken};
use time::OffsetDateTime;
use tonic::{Code, Request, Status};
use winner_notification::webhooks::{Keyring, WebhooksConfig};
use winner_notification_core::webhook::secret::Secret;
use winner_notification_core::webhook::signature::sign;
use winner_platform::auth::{Actor, Grant};
use winner_platform::error::details;
use winner_proto::notification::v1 as wire;
use winner_proto::notification::v1::webhook_service_server::WebhookService;

const ALL: &[&str] = &[">"];

fn create(url: &str, subjects: &[&str], request_id: &str) -> wire::CreateEndpointRequest {
    wire::CreateEndpointRequest {
        parent: format!("editions/{EDITION}"),
        url: url.to_owned(),
        subjects: subjects.iter().map(|&one| one.to_owned()).collect(),
        max_per_second: 0,
        request_id: request_id.to_owned(),
    }
}

/// The reasons of the fields that are wrong.
fn reasons(status: &Status) -> Vec<String> {
    details(status)
        .bad_request()
        .map(|bad| {
            bad.field_violations
                .iter()
                .map(|one| format!("{}: {}", one.field, one.description))
                .collect()
        })
        .unwrap_or_default()
}

/// The signatures that a request carries, and those that it should carry.
fn signatures(taken: &Taken, secrets: &[&str]) -> (String, String) {
    let secrets: Vec<Secret> = secrets
        .iter()
        .map(|text| Secret::parse(text).unwrap())
        .collect();
    let at = taken.headers["webhook-timestamp"].parse().unwrap();
    let signed = sign(
        taken.headers["webhook-id"].parse().unwrap(),
        OffsetDateTime::from_unix_timestamp(at).unwrap(),
        &taken.body,
        &secrets,
    );
    (taken.headers["webhook-signature"].clone(), signed.signature)
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_endpoint_is_registered_once_and_its_secret_shown_once(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let request = create("http://127.0.0.1:9/", &["winner.intake.>"], "once");
    let made = hooks
        .rpcs
        .create_endpoint(by("chair", request.clone()))
        .await;
    let made = made.unwrap().into_inner();
    let again = hooks.rpcs.create_endpoint(by("chair", request)).await;
    assert_eq!(again.unwrap().into_inner(), made);
    let endpoint = made.endpoint.unwrap();
    assert_eq!(endpoint.subjects, ["intake.>"]);
    assert_eq!(endpoint.state(), wire::EndpointState::Enabled);
    assert!(Secret::parse(&made.secret).is_ok());
    let list = wire::ListEndpointsRequest {
        parent: format!("editions/{EDITION}"),
    };
    let listed = hooks.rpcs.list_endpoints(by("auditor", list)).await;
    assert_eq!(listed.unwrap().into_inner().endpoints, [endpoint]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn what_cannot_be_registered_is_refused_with_what_to_change(pool: PgPool) {
    let config = WebhooksConfig {
        endpoints_an_edition: 1,
        ..WebhooksConfig::default()
    };
    let hooks = Hooks::with(&pool, config).await;
    for (url, subjects, said) in [
        ("http://example.com/", ALL, "url: must be https"),
        (
            "https://169.254.169.254/latest",
            ALL,
            "url: must name a host, not an address",
        ),
        (
            "https://example.com:5432/",
            ALL,
            "url: must use port 443 or another one that the operator allows",
        ),
        (
            "https://example.com/",
            &["intake.screening.>"],
            "subjects: intake.screening.> fits no public event",
        ),
        (
            "https://example.com/",
            &[],
            "subjects: name at least one pattern, such as intake.submission.>",
        ),
    ] {
        let request = create(url, subjects, "bad");
        let refused = hooks.rpcs.create_endpoint(by("organiser", request)).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{url}");
        assert_eq!(reasons(&refused), [said], "{url}");
    }
    let good = |id: &str| by("organiser", create("https://example.com/", ALL, id));
    hooks.rpcs.create_endpoint(good("1")).await.unwrap();
    let full = hooks.rpcs.create_endpoint(good("2")).await.unwrap_err();
    assert_eq!(full.code(), Code::FailedPrecondition);
    assert!(full.message().contains("at most 1"), "{}", full.message());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn others_neither_see_nor_change_an_endpoint(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let made = hooks.register("http://127.0.0.1:9/", ALL).await;
    let name = made.endpoint.unwrap().name;
    let get = || wire::GetEndpointRequest { name: name.clone() };
    let stranger = Actor::of_person(
        hooks.office.ledger.ids().uuid(),
        vec![Grant::new("organiser", "lain-2026")],
    );
    let seen = hooks
        .rpcs
        .get_endpoint(stranger.attach(Request::new(get())));
    assert_eq!(seen.await.unwrap_err().code(), Code::PermissionDenied);
    let seen = hooks.rpcs.get_endpoint(by("judge", get())).await;
    assert_eq!(seen.unwrap_err().code(), Code::PermissionDenied);
    let delete = wire::DeleteEndpointRequest {
        name: name.clone(),
        request_id: "delete".to_owned(),
    };
    let deleted = hooks
        .rpcs
        .delete_endpoint(by("auditor", delete.clone()))
        .await;
    assert_eq!(deleted.unwrap_err().code(), Code::PermissionDenied);
    // Another edition's name for it finds nothing.
    let elsewhere = wire::GetEndpointRequest {
        name: name.replace(EDITION, "lain-2026"),
    };
    let actor = Actor::of_person(
        hooks.office.ledger.ids().uuid(),
        vec![Grant::new("organiser", "lain-2026")],
    );
    let seen = hooks
        .rpcs
        .get_endpoint(actor.attach(Request::new(elsewhere)));
    assert_eq!(seen.await.unwrap_err().code(), Code::NotFound);
    hooks.say_many(2).await;
    hooks
        .rpcs
        .delete_endpoint(by("chair", delete.clone()))
        .await
        .unwrap();
    hooks
        .rpcs
        .delete_endpoint(by("chair", delete))
        .await
        .unwrap();
    assert!(hooks.states().await.is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn both_secrets_sign_until_the_old_one_ends(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let receiver = Receiver::start(Manners::Answer(200, 0)).await;
    let made = hooks.register(&receiver.url(), ALL).await;
    let name = made.endpoint.as_ref().unwrap().name.clone();
    let rotate = async |overlap_hours, request_id: &str| {
        let request = wire::RotateEndpointSecretRequest {
            name: name.clone(),
            overlap_hours,
            request_id: request_id.to_owned(),
        };
        hooks
            .rpcs
            .rotate_endpoint_secret(by("organiser", request))
            .await
            .map(tonic::Response::into_inner)
    };
    let refused = rotate(200, "long").await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let second = rotate(24, "second").await.unwrap();
    assert_eq!(rotate(24, "second").await.unwrap(), second);
    assert_ne!(second.secret, made.secret);
    let until_when = second
        .endpoint
        .as_ref()
        .unwrap()
        .previous_secret_until
        .unwrap();
    let now = hooks.office.ledger.clock().real().to_timestamp().0;
    assert!((until_when.seconds - now - 24 * 3_600).abs() < 60);
    let running = hooks.start();
    hooks.say_many(1).await;
    until("the first", async || receiver.count() == 1).await;
    let third = rotate(0, "third").await.unwrap();
    hooks.say_many(1).await;
    until("the second", async || receiver.count() == 2).await;
    running.stop().await;
    let taken = receiver.taken();
    let (got, both) = signatures(&taken[0], &[&second.secret, &made.secret]);
    assert_eq!(got, both);
    let (got, one) = signatures(&taken[1], &[&third.secret]);
    assert_eq!(got, one);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_new_sealing_key_takes_over_at_the_next_start(pool: PgPool) {
    let mut hooks = Hooks::open(&pool).await;
    let receiver = Receiver::start(Manners::Answer(200, 0)).await;
    let made = hooks.register(&receiver.url(), ALL).await;
    let new = "2 202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\n";
    let both = format!("{new}{}", support::hooks::KEYS);
    hooks.rpcs.keyring = Some(Keyring::parse(&both).unwrap().into());
    let running = hooks.start();
    until("the new seal", async || {
        let sealed = sqlx::query_scalar!("SELECT key_id FROM notification.webhook_endpoints");
        sealed.fetch_one(&hooks.office.pool).await.unwrap() == "2"
    })
    .await;
    running.stop().await;
    hooks.rpcs.keyring = Some(Keyring::parse(new).unwrap().into());
    let running = hooks.start();
    hooks.say_many(1).await;
    until("a delivery", async || receiver.count() == 1).await;
    running.stop().await;
    let (got, expected) = signatures(&receiver.taken()[0], &[&made.secret]);
    assert_eq!(got, expected);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_endpoint_is_changed_field_by_field(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let receiver = Receiver::start(Manners::Answer(200, 0)).await;
    let made = hooks.register("http://127.0.0.1:9/", ALL).await;
    let name = made.endpoint.unwrap().name;
    let change = async |paths: &[&str], endpoint: wire::Endpoint, id: &str| {
        let request = wire::UpdateEndpointRequest {
            endpoint: Some(wire::Endpoint {
                name: name.clone(),
                ..endpoint
            }),
            update_mask: Some(pbjson_types::FieldMask {
                paths: paths.iter().map(|&path| path.to_owned()).collect(),
            }),
            request_id: id.to_owned(),
        };
        let changed = hooks.rpcs.update_endpoint(by("organiser", request)).await;
        changed.map(tonic::Response::into_inner)
    };
    let new = wire::Endpoint {
        url: receiver.url(),
        subjects: vec!["judging.>".to_owned()],
        max_per_second: 7,
        state: wire::EndpointState::Disabled.into(),
        ..Default::default()
    };
    let changed = change(&["url"], new.clone(), "1").await.unwrap();
    assert_eq!(changed.url, receiver.url());
    assert_eq!(
        (changed.subjects, changed.max_per_second),
        (vec![">".to_owned()], 0)
    );
    let changed = change(&["subjects", "max_per_second", "state"], new.clone(), "2").await;
    let changed = changed.unwrap();
    assert_eq!(changed.subjects, ["judging.>"]);
    assert_eq!(changed.max_per_second, 7);
    assert_eq!(changed.disabled_reason, "by_hand");
    for (paths, id) in [(vec![], "3"), (vec!["create_time"], "4")] {
        let refused = change(&paths, new.clone(), id).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{paths:?}");
    }
    let evil = wire::Endpoint {
        url: "http://10.0.0.1/".to_owned(),
        ..Default::default()
    };
    let refused = change(&["url"], evil, "5").await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_test_calls_once_and_says_what_the_endpoint_said(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let receiver = Receiver::start(Manners::Answer(418, 0)).await;
    let made = hooks.register(&receiver.url(), ALL).await;
    let name = made.endpoint.unwrap().name;
    let test = || {
        by(
            "organiser",
            wire::TestEndpointRequest { name: name.clone() },
        )
    };
    let said = hooks.rpcs.test_endpoint(test()).await.unwrap().into_inner();
    assert_eq!(said.state(), wire::DeliveryState::Dead);
    assert_eq!(
        (said.status_code, said.reason_code.as_str()),
        (418, "refused")
    );
    let body: serde_json::Value = serde_json::from_slice(&receiver.taken()[0].body).unwrap();
    assert_eq!(body["type"], "winner.notification.webhook.tested.v1");
    let (got, expected) = signatures(&receiver.taken()[0], &[&made.secret]);
    assert_eq!(got, expected);
    let soon = hooks.rpcs.test_endpoint(test()).await.unwrap_err();
    assert_eq!(soon.code(), Code::ResourceExhausted);
    assert_eq!(receiver.count(), 1);
    assert!(hooks.deliveries(&name).await.is_empty());
    assert!(hooks.endpoint(&name).await.failing_since.is_none());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn deliveries_are_listed_newest_first_by_pages(pool: PgPool) {
    let hooks = Hooks::open(&pool).await;
    let made = hooks.register("http://127.0.0.1:9/", ALL).await;
    let name = made.endpoint.unwrap().name;
    let said = hooks.say_many(5).await;
    let mut seen = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = wire::ListDeliveriesRequest {
            parent: name.clone(),
            page_size: 2,
            page_token,
            state: wire::DeliveryState::Pending.into(),
        };
        let page = hooks.rpcs.list_deliveries(by("auditor", request)).await;
        let page = page.unwrap().into_inner();
        seen.extend(page.deliveries.into_iter().map(|one| one.event_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let newest_first: Vec<String> = said.iter().rev().map(ToString::to_string).collect();
    assert_eq!(seen, newest_first);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn without_keys_nothing_is_registered(pool: PgPool) {
    let mut hooks = Hooks::open(&pool).await;
    hooks.rpcs.keyring = None;
    let request = create("http://127.0.0.1:9/", ALL, "1");
    let refused = hooks.rpcs.create_endpoint(by("chair", request)).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("webhooks.key_file"));
}
