//! Software that others wrote takes our deliveries: signatures, events, TLS.
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
use support::hooks::{Hooks, by, submitted};
use support::intake::EDITION;
use support::outsider::Outsider;
use winner_notification::webhooks::WebhooksConfig;
use winner_proto::notification::v1 as wire;
use winner_proto::notification::v1::webhook_service_server::WebhookService;

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres and npm"]
async fn verifiers_of_other_languages_believe_what_we_sign_and_nothing_else(pool: PgPool) {
    let (mut python, mut node) = (Outsider::python().await, Outsider::node().await);
    let config = WebhooksConfig {
        allow_plain_loopback: true,
        ca_file: Some(python.folder.path().join("certificate.pem")),
        poll_ms: 50,
        ..WebhooksConfig::default()
    };
    let hooks = Hooks::with(&pool, config).await;
    let to_python = format!("https://localhost:{}/", python.port);
    let to_node = format!("http://127.0.0.1:{}/", node.port);
    let for_python = hooks.register(&to_python, &["intake.submission.>"]).await;
    let for_node = hooks.register(&to_node, &["intake.submission.>"]).await;
    python.believe("whsec_c29tZSBvdGhlciBzZWNyZXQgdGhhdCBpcyBub3Qgb3Vycw==");
    // The one before the last still signs.
    node.believe(&for_node.secret);
    for (made, id) in [(&for_python, "python"), (&for_node, "node")] {
        let request = wire::RotateEndpointSecretRequest {
            name: made.endpoint.as_ref().unwrap().name.clone(),
            overlap_hours: 1,
            request_id: id.to_owned(),
        };
        let rotated = hooks
            .rpcs
            .rotate_endpoint_secret(by("chair", request))
            .await;
        if id == "python" {
            let secret = rotated.unwrap().into_inner().secret;
            std::fs::write(python.folder.path().join("next"), secret).unwrap();
        }
    }
    let event = submitted(hooks.office.ledger.ids().uuid());
    hooks.say(&event).await;
    let running = hooks.start();

    let refused = python.told().await;
    assert_eq!(
        refused["refused"][0],
        "ValueError: not signed by this secret"
    );
    assert_eq!(
        refused["refused"][1],
        "WebhookVerificationError: No matching signature found"
    );
    let taken = node.told().await;
    assert_eq!(taken["id"], event.id.to_string());
    assert_eq!(taken["type"], "winner.intake.submission.submitted.v1");
    assert_eq!(taken["data"]["versionNumber"], 1);

    let next = std::fs::read_to_string(python.folder.path().join("next")).unwrap();
    python.believe(&next);
    hooks.hurry().await;
    let taken = python.told().await;
    running.stop().await;
    assert_eq!(taken["id"], event.id.to_string(), "{taken}");
    assert_eq!(taken["source"], "/intake");
    assert_eq!(taken["subject"], event.aggregate_id);
    assert_eq!(taken["edition"], EDITION);
    assert_eq!(taken["count"], "1");
    assert_eq!(taken["time"], "2026-11-24T05:00:00+00:00");
    assert_eq!(taken["data"]["versionNumber"], 1);
    assert_eq!(taken["signatures"], 2);
    let states = hooks.states().await;
    assert_eq!(states.get("delivered"), Some(&2), "{states:?}");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_certificate_that_nobody_vouches_for_is_not_believed(pool: PgPool) {
    let python = Outsider::python().await;
    let config = WebhooksConfig {
        allow_plain_loopback: true,
        ..WebhooksConfig::default()
    };
    let hooks = Hooks::with(&pool, config).await;
    let made = hooks
        .register(&format!("https://localhost:{}/", python.port), &[">"])
        .await;
    let request = wire::TestEndpointRequest {
        name: made.endpoint.unwrap().name,
    };
    let said = hooks.rpcs.test_endpoint(by("chair", request)).await;
    let said = said.unwrap().into_inner();
    assert_eq!(said.reason_code, "unreachable");
}
