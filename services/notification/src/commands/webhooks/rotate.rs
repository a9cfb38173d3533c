//! An organiser changes an endpoint's secret; for a while both sign.

use std::time::Duration;

use uuid::Uuid;
use winner_messaging::Ledger;
use winner_messaging::once::Begun;
use winner_notification_core::webhook::secret::Secret;
use winner_proto::notification::v1 as wire;

use super::WebhookError;
use super::create::with_secret;
use crate::queries::webhooks::endpoint_to_wire;
use crate::store::webhooks::{endpoints, secrets};
use crate::webhooks::Keyring;

/// The longest that two secrets sign side by side.
const LONGEST_OVERLAP_HOURS: i32 = 168;

/// Whose secret to change.
#[derive(Debug)]
pub struct Rotate<'a> {
    /// Who asks, as a key for retries.
    pub caller: &'a str,
    /// The edition.
    pub edition_id: &'a str,
    /// The endpoint.
    pub endpoint_id: Uuid,
    /// The request as it came.
    pub request: &'a wire::RotateEndpointSecretRequest,
}

/// The method's name among stored requests.
const METHOD: &str = "/winner.notification.v1.WebhookService/RotateEndpointSecret";

/// Changes the secret. A retry returns the same answer.
///
/// # Errors
/// [`WebhookError`]
pub async fn rotate(
    ledger: &Ledger,
    keyring: &Keyring,
    cmd: Rotate<'_>,
) -> Result<wire::EndpointWithSecret, WebhookError> {
    let request = cmd.request;
    let begun = ledger
        .begin_request::<_, wire::Endpoint>(cmd.caller, METHOD, &request.request_id, request)
        .await?;
    let (mut unit, guard) = match begun {
        Begun::Answered(endpoint) => return with_secret(ledger, keyring, endpoint).await,
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let hours = u64::try_from(request.overlap_hours)
        .ok()
        .filter(|_| request.overlap_hours <= LONGEST_OVERLAP_HOURS)
        .ok_or(WebhookError::Range {
            field: "overlap_hours",
            what: "must be 0 to 168",
        })?;
    endpoints::lock(unit.conn(), cmd.edition_id, cmd.endpoint_id)
        .await?
        .ok_or(WebhookError::NotFound)?;
    let secret = Secret::from_bytes(&ledger.ids().secret())?;
    let sealed = keyring.seal(cmd.endpoint_id, &secret, ledger.ids())?;
    let overlap = Duration::from_hours(hours);
    secrets::rotate(unit.conn(), cmd.endpoint_id, &sealed, overlap).await?;
    let row = endpoints::read(unit.conn(), cmd.edition_id, cmd.endpoint_id)
        .await?
        .ok_or(WebhookError::NotFound)?;
    let endpoint = unit.finish_request(guard, endpoint_to_wire(&row)).await?;
    tracing::info!(webhook_id = %cmd.endpoint_id, edition_id = cmd.edition_id, "webhook.rotated");
    Ok(wire::EndpointWithSecret {
        endpoint: Some(endpoint),
        secret: secret.reveal(),
    })
}
