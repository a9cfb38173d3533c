//! An organiser has deliveries brought again: one, or those of events that came in a time.

use time::OffsetDateTime;
use uuid::Uuid;
use winner_messaging::Ledger;
use winner_messaging::once::Begun;
use winner_proto::notification::v1 as wire;

use super::WebhookError;
use crate::store::webhooks::deliveries::{self, Again};
use crate::store::webhooks::endpoints;

/// What to bring again.
#[derive(Debug)]
pub struct Replay<'a> {
    /// Who asks, as a key for retries.
    pub caller: &'a str,
    /// The edition.
    pub edition_id: &'a str,
    /// The endpoint.
    pub endpoint_id: Uuid,
    /// The request as it came.
    pub request: &'a wire::ReplayDeliveriesRequest,
}

/// The method's name among stored requests.
const METHOD: &str = "/winner.notification.v1.WebhookService/ReplayDeliveries";

/// Puts deliveries in the queue again, each under its own id. A retry returns the same answer.
///
/// # Errors
/// [`WebhookError`]
pub async fn replay(
    ledger: &Ledger,
    cmd: Replay<'_>,
) -> Result<wire::ReplayDeliveriesResponse, WebhookError> {
    let request = cmd.request;
    let begun = ledger
        .begin_request(cmd.caller, METHOD, &request.request_id, request)
        .await?;
    let (mut unit, guard) = match begun {
        Begun::Answered(answer) => return Ok(answer),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let which = which(request)?;
    let endpoint = endpoints::lock(unit.conn(), cmd.edition_id, cmd.endpoint_id)
        .await?
        .ok_or(WebhookError::NotFound)?;
    if endpoint.disabled_reason.is_some() {
        return Err(WebhookError::Disabled);
    }
    let count = deliveries::replay(unit.conn(), cmd.endpoint_id, &which).await?;
    if count == 0 && which.delivery_id.is_some() {
        return Err(WebhookError::NoDelivery);
    }
    let answer = wire::ReplayDeliveriesResponse {
        delivery_count: i64::try_from(count).unwrap_or(i64::MAX),
    };
    let answer = unit.finish_request(guard, answer).await?;
    tracing::info!(
        webhook_id = %cmd.endpoint_id,
        edition_id = cmd.edition_id,
        count,
        "webhook.replayed"
    );
    Ok(answer)
}

fn which(request: &wire::ReplayDeliveriesRequest) -> Result<Again, WebhookError> {
    if !request.delivery_id.is_empty() {
        let id = Uuid::parse_str(&request.delivery_id).map_err(|_| WebhookError::Range {
            field: "delivery_id",
            what: "must be the id of a delivery",
        })?;
        return Ok(Again {
            delivery_id: Some(id),
            from: None,
            until: None,
            undelivered_only: false,
        });
    }
    let Some(start) = request.start_time.as_ref() else {
        return Err(WebhookError::Range {
            field: "start_time",
            what: "must be given, or delivery_id",
        });
    };
    let until = request.end_time.as_ref();
    Ok(Again {
        delivery_id: None,
        from: Some(moment("start_time", start)?),
        until: until.map(|at| moment("end_time", at)).transpose()?,
        undelivered_only: request.undelivered_only,
    })
}

fn moment(
    field: &'static str,
    at: &pbjson_types::Timestamp,
) -> Result<OffsetDateTime, WebhookError> {
    winner_platform::RealTime::from_timestamp(at.seconds, at.nanos)
        .map(winner_platform::RealTime::as_offset)
        .ok_or(WebhookError::Range {
            field,
            what: "must be a moment",
        })
}
