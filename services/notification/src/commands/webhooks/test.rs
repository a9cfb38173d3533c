//! An organiser tries an endpoint: one signed test event, once and now, and what came of it.

use std::time::Duration;

use uuid::Uuid;
use winner_messaging::Ledger;
use winner_notification_core::webhook::answer::{Attempted, Verdict};
use winner_proto::notification::v1 as wire;

use super::WebhookError;
use crate::queries::webhooks::{delivery_name, timestamp};
use crate::store::webhooks::endpoints;
use crate::webhooks::{Call, Caller, Keyring, envelope};

/// An endpoint is not tested more often than this.
pub const PAUSE: Duration = Duration::from_secs(5);

/// Calls the endpoint, disabled or not. Nothing is kept of it, and the endpoint's standing does not change.
///
/// # Errors
/// [`WebhookError`]; what the endpoint says is no error.
pub async fn test(
    ledger: &Ledger,
    caller: &Caller,
    keyring: &Keyring,
    edition_id: &str,
    endpoint_id: Uuid,
) -> Result<wire::Delivery, WebhookError> {
    let mut conn = ledger.pool().acquire().await?;
    endpoints::read(&mut conn, edition_id, endpoint_id)
        .await?
        .ok_or(WebhookError::NotFound)?;
    let turn = endpoints::take_test_turn(&mut conn, endpoint_id, PAUSE)
        .await?
        .ok_or(WebhookError::TooSoon)?;
    drop(conn);
    let mut secrets = vec![keyring.open(endpoint_id, &turn.secret)?];
    if let Some(old) = &turn.old {
        secrets.push(keyring.open(endpoint_id, old)?);
    }
    let id = ledger.ids().uuid();
    let business = ledger.clock().business();
    let (event_type, body) = envelope::test_body(id, endpoint_id, edition_id, business)?;
    let began = ledger.clock().real();
    let attempted = caller
        .call(Call {
            id,
            url: &turn.url,
            body: &body,
            secrets: &secrets,
            at: began.as_offset(),
        })
        .await;
    tracing::info!(
        webhook_id = %endpoint_id,
        edition_id,
        outcome = attempted.code(),
        "webhook.tested"
    );
    let delivered = attempted.verdict() == Verdict::Delivered;
    let (status_code, reason) = match &attempted {
        Attempted::Answered { status, .. } if delivered => (*status, ""),
        Attempted::Answered { status, .. } => (*status, "refused"),
        Attempted::Unanswered(fault) => (0, fault.code()),
    };
    Ok(wire::Delivery {
        name: delivery_name(edition_id, endpoint_id, id),
        event_id: id.to_string(),
        event_type: event_type.to_owned(),
        state: if delivered {
            wire::DeliveryState::Delivered
        } else {
            wire::DeliveryState::Dead
        }
        .into(),
        attempt_count: 1,
        status_code: status_code.into(),
        reason_code: reason.to_owned(),
        next_attempt_time: None,
        create_time: Some(timestamp(began.as_offset())),
        deliver_time: delivered.then(|| timestamp(ledger.clock().real().as_offset())),
    })
}
