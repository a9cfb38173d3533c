//! An organiser removes an endpoint, and with it what waits for it and what was kept of it.

use uuid::Uuid;
use winner_messaging::Ledger;
use winner_messaging::once::Begun;
use winner_proto::notification::v1 as wire;

use super::WebhookError;
use crate::store::webhooks::endpoints;

/// Which endpoint to remove.
#[derive(Debug)]
pub struct Delete<'a> {
    /// Who asks, as a key for retries.
    pub caller: &'a str,
    /// The edition.
    pub edition_id: &'a str,
    /// The endpoint.
    pub endpoint_id: Uuid,
    /// The request as it came.
    pub request: &'a wire::DeleteEndpointRequest,
}

/// The method's name among stored requests.
const METHOD: &str = "/winner.notification.v1.WebhookService/DeleteEndpoint";

/// Removes the endpoint. A retry returns the same answer.
///
/// # Errors
/// [`WebhookError`]
pub async fn delete(
    ledger: &Ledger,
    cmd: Delete<'_>,
) -> Result<wire::DeleteEndpointResponse, WebhookError> {
    let request = cmd.request;
    let begun = ledger
        .begin_request(cmd.caller, METHOD, &request.request_id, request)
        .await?;
    let (mut unit, guard) = match begun {
        Begun::Answered(answer) => return Ok(answer),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    endpoints::lock(unit.conn(), cmd.edition_id, cmd.endpoint_id)
        .await?
        .ok_or(WebhookError::NotFound)?;
    endpoints::delete(unit.conn(), cmd.endpoint_id).await?;
    let answer = wire::DeleteEndpointResponse {};
    let answer = unit.finish_request(guard, answer).await?;
    tracing::info!(webhook_id = %cmd.endpoint_id, edition_id = cmd.edition_id, "webhook.deleted");
    Ok(answer)
}
