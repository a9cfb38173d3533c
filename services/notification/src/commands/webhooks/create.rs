//! An organiser registers an endpoint and gets its secret, this once.

use winner_messaging::Ledger;
use winner_messaging::once::Begun;
use winner_notification_core::webhook::filter::Filter;
use winner_notification_core::webhook::secret::Secret;
use winner_notification_core::webhook::target::Target;
use winner_proto::notification::v1 as wire;

use super::WebhookError;
use super::update::per_second;
use crate::queries::webhooks::{endpoint_to_wire, of_name};
use crate::store::webhooks::endpoints::{self, NewEndpoint};
use crate::store::webhooks::secrets;
use crate::webhooks::envelope::public_types;
use crate::webhooks::{Keyring, WebhooksConfig};

/// What to register.
#[derive(Debug)]
pub struct Create<'a> {
    /// Who asks, as a key for retries.
    pub caller: &'a str,
    /// The edition.
    pub edition_id: &'a str,
    /// The request as it came.
    pub request: &'a wire::CreateEndpointRequest,
}

/// The method's name among stored requests.
const METHOD: &str = "/winner.notification.v1.WebhookService/CreateEndpoint";

/// Registers an endpoint. A retry returns the same answer.
///
/// The answer that is kept for retries has no secret in it: that is opened again, so that it lies nowhere in clear.
///
/// # Errors
/// [`WebhookError`]
pub async fn create(
    ledger: &Ledger,
    config: &WebhooksConfig,
    keyring: &Keyring,
    cmd: Create<'_>,
) -> Result<wire::EndpointWithSecret, WebhookError> {
    let request = cmd.request;
    let begun = ledger
        .begin_request::<_, wire::Endpoint>(cmd.caller, METHOD, &request.request_id, request)
        .await?;
    let (mut unit, guard) = match begun {
        Begun::Answered(endpoint) => return with_secret(ledger, keyring, endpoint).await,
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let target = Target::parse(&request.url, &config.target_rules())?;
    let patterns = request.subjects.iter().map(String::as_str);
    let subjects = Filter::parse(patterns, &public_types())?.patterns();
    let max_per_second = per_second(request.max_per_second)?;
    let count = endpoints::count_alone(unit.conn(), cmd.edition_id).await?;
    if count >= i64::from(config.endpoints_an_edition) {
        return Err(WebhookError::TooMany(config.endpoints_an_edition));
    }
    let endpoint_id = ledger.ids().uuid();
    let secret = Secret::from_bytes(&ledger.ids().secret())?;
    let new = NewEndpoint {
        endpoint_id,
        edition_id: cmd.edition_id,
        url: target.as_str(),
        subjects: &subjects,
        max_per_second,
        secret: &keyring.seal(endpoint_id, &secret, ledger.ids())?,
    };
    endpoints::create(unit.conn(), &new).await?;
    let row = endpoints::read(unit.conn(), cmd.edition_id, endpoint_id)
        .await?
        .ok_or(WebhookError::NotFound)?;
    let endpoint = unit.finish_request(guard, endpoint_to_wire(&row)).await?;
    tracing::info!(webhook_id = %endpoint_id, edition_id = cmd.edition_id, "webhook.created");
    Ok(wire::EndpointWithSecret {
        endpoint: Some(endpoint),
        secret: secret.reveal(),
    })
}

/// The answer of a retry: the endpoint as it was answered, with the secret that is in force.
pub(super) async fn with_secret(
    ledger: &Ledger,
    keyring: &Keyring,
    endpoint: wire::Endpoint,
) -> Result<wire::EndpointWithSecret, WebhookError> {
    let id = of_name(&endpoint.name).ok_or(WebhookError::NotFound)?;
    let mut conn = ledger.pool().acquire().await?;
    let sealed = secrets::current(&mut conn, id)
        .await?
        .ok_or(WebhookError::NotFound)?;
    Ok(wire::EndpointWithSecret {
        endpoint: Some(endpoint),
        secret: keyring.open(id, &sealed)?.reveal(),
    })
}
