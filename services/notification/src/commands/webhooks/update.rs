//! An organiser changes an endpoint: where it is, what it wants, how fast, whether it is served.

use uuid::Uuid;
use winner_messaging::Ledger;
use winner_messaging::once::Begun;
use winner_notification_core::webhook::filter::Filter;
use winner_notification_core::webhook::health::DisabledReason;
use winner_notification_core::webhook::target::Target;
use winner_proto::notification::v1 as wire;

use super::WebhookError;
use crate::queries::webhooks::endpoint_to_wire;
use crate::store::webhooks::deliveries::skip_pending;
use crate::store::webhooks::endpoints::{self, EndpointRow};
use crate::webhooks::WebhooksConfig;
use crate::webhooks::envelope::public_types;

/// What to change.
#[derive(Debug)]
pub struct Update<'a> {
    /// Who asks, as a key for retries.
    pub caller: &'a str,
    /// The edition.
    pub edition_id: &'a str,
    /// The endpoint.
    pub endpoint_id: Uuid,
    /// The request as it came.
    pub request: &'a wire::UpdateEndpointRequest,
}

/// The method's name among stored requests.
const METHOD: &str = "/winner.notification.v1.WebhookService/UpdateEndpoint";

/// Changes the endpoint. A retry returns the same answer.
///
/// # Errors
/// [`WebhookError`]
pub async fn update(
    ledger: &Ledger,
    config: &WebhooksConfig,
    cmd: Update<'_>,
) -> Result<wire::Endpoint, WebhookError> {
    let request = cmd.request;
    let begun = ledger
        .begin_request(cmd.caller, METHOD, &request.request_id, request)
        .await?;
    let (mut unit, guard) = match begun {
        Begun::Answered(endpoint) => return Ok(endpoint),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let new = request.endpoint.as_ref().ok_or(WebhookError::Range {
        field: "endpoint",
        what: "must be given",
    })?;
    let before = endpoints::lock(unit.conn(), cmd.edition_id, cmd.endpoint_id)
        .await?
        .ok_or(WebhookError::NotFound)?;
    let paths = request
        .update_mask
        .as_ref()
        .map(|mask| mask.paths.as_slice())
        .filter(|paths| !paths.is_empty())
        .ok_or(WebhookError::Range {
            field: "update_mask",
            what: "must name url, subjects, state or max_per_second",
        })?;
    let after = changed(&before, new, paths, config)?;
    let begins_afresh = before.disabled_reason.is_some() && after.disabled_reason.is_none();
    endpoints::update(unit.conn(), &after, begins_afresh).await?;
    if before.disabled_reason.is_none() && after.disabled_reason.is_some() {
        skip_pending(unit.conn(), cmd.endpoint_id).await?;
    }
    let row = endpoints::read(unit.conn(), cmd.edition_id, cmd.endpoint_id)
        .await?
        .ok_or(WebhookError::NotFound)?;
    let endpoint = unit.finish_request(guard, endpoint_to_wire(&row)).await?;
    tracing::info!(webhook_id = %cmd.endpoint_id, edition_id = cmd.edition_id, "webhook.updated");
    Ok(endpoint)
}

/// The endpoint with the new values that the mask names.
fn changed(
    before: &EndpointRow,
    new: &wire::Endpoint,
    paths: &[String],
    config: &WebhooksConfig,
) -> Result<EndpointRow, WebhookError> {
    let mut after = before.clone();
    for path in paths {
        match path.as_str() {
            "url" => {
                let target = Target::parse(&new.url, &config.target_rules())?;
                target.as_str().clone_into(&mut after.url);
            }
            "subjects" => {
                let patterns = new.subjects.iter().map(String::as_str);
                after.subjects = Filter::parse(patterns, &public_types())?.patterns();
            }
            "max_per_second" => after.max_per_second = per_second(new.max_per_second)?,
            "state" => {
                after.disabled_reason = match new.state() {
                    wire::EndpointState::Enabled => None,
                    // What the endpoint itself brought about stays the reason.
                    wire::EndpointState::Disabled => after
                        .disabled_reason
                        .or_else(|| Some(DisabledReason::ByHand.code().to_owned())),
                    wire::EndpointState::Unspecified => {
                        return Err(WebhookError::Range {
                            field: "endpoint.state",
                            what: "must be ENABLED or DISABLED",
                        });
                    }
                }
            }
            _ => {
                return Err(WebhookError::Range {
                    field: "update_mask",
                    what: "may name url, subjects, state and max_per_second",
                });
            }
        }
    }
    Ok(after)
}

/// 0 to 1,000; 0 is the installation's default.
pub(super) fn per_second(asked: i32) -> Result<i32, WebhookError> {
    if (0..=1_000).contains(&asked) {
        Ok(asked)
    } else {
        Err(WebhookError::Range {
            field: "max_per_second",
            what: "must be 0 to 1000",
        })
    }
}
