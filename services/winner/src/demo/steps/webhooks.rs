//! A service outside has every PUBLIC event of the edition brought to it, and looks at each signature.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use time::OffsetDateTime;
use tokio::time::Instant;
use uuid::Uuid;
use winner_notification_core::webhook::secret::Secret;
use winner_notification_core::webhook::signature::{self, sign};
use winner_proto::notification::v1 as pb;
use winner_proto::notification::v1::webhook_service_client::WebhookServiceClient;

use super::edition;
use crate::demo::Stage;
use crate::demo::told::Told;
use crate::demo::waiting::until;
use crate::stack::outside::Call;

/// All that anybody may know.
const SUBJECTS: [&str; 2] = ["intake.>", "judging.>"];
/// Calls a second that the subscriber bears.
const PER_SECOND: i32 = 500;
/// The event that ends an edition.
const LAST: &str = "winner.judging.result.published.v1";

/// The subscriber's endpoint.
pub(super) struct Subscription {
    name: String,
    secret: Secret,
}

pub(super) async fn subscribe(stage: &Stage) -> Result<Subscription> {
    let chair = stage.api.session(&stage.cast.chair).await?;
    let request = pb::CreateEndpointRequest {
        parent: edition(stage),
        url: stage.outside.endpoint(),
        subjects: SUBJECTS.map(str::to_owned).into(),
        max_per_second: PER_SECOND,
        request_id: stage.api.request_id(),
    };
    let made = WebhookServiceClient::new(stage.api.notification.clone())
        .create_endpoint(chair.ask(request))
        .await
        .context("the subscriber is not registered")?
        .into_inner();
    let endpoint = made.endpoint.context("an endpoint without itself")?;
    Ok(Subscription {
        name: endpoint.name,
        secret: Secret::parse(&made.secret)?,
    })
}

/// Waits for the last event and for everything before it, and checks what came.
pub(super) async fn settle(
    stage: &Stage,
    subscription: &Subscription,
    told: &mut Told,
) -> Result<()> {
    let began = Instant::now();
    let deliveries = until("every webhook to be brought", async || {
        let deliveries = deliveries(stage, subscription).await?;
        let delivered = |d: &pb::Delivery| d.state() == pb::DeliveryState::Delivered;
        let last = deliveries.iter().any(|d| d.event_type == LAST);
        Ok((last && deliveries.iter().all(delivered)).then_some(deliveries))
    })
    .await?;
    let brought: BTreeSet<String> = stage
        .outside
        .calls()
        .iter()
        .map(|call| signed_by(&subscription.secret, call))
        .collect::<Result<_>>()?;
    let listed: BTreeSet<String> = deliveries
        .iter()
        .filter_map(|d| d.name.rsplit('/').next().map(str::to_owned))
        .collect();
    ensure!(
        brought == listed,
        "{} webhooks were brought, {} arrived",
        listed.len(),
        brought.len()
    );
    told.counts.webhooks = listed.len();
    let line = format!("{} webhooks brought, each signature right", listed.len());
    told.step(stage, began, "last webhooks arrived", listed.len(), line);
    Ok(())
}

/// The delivery's id, if the call is signed as Standard Webhooks wants it.
fn signed_by(secret: &Secret, call: &Call) -> Result<String> {
    let header = |name: &str| -> Result<String> {
        let value = call.headers.get(name);
        let value = value.with_context(|| format!("a call without {name}"))?;
        Ok(value.to_str()?.to_owned())
    };
    let id: Uuid = header(signature::ID)?.parse()?;
    let at: i64 = header(signature::TIMESTAMP)?.parse()?;
    let at = OffsetDateTime::from_unix_timestamp(at)?;
    let expected = sign(id, at, &call.body, std::slice::from_ref(secret));
    ensure!(
        header(signature::SIGNATURE)? == expected.signature,
        "the call {id} is not signed with the secret"
    );
    Ok(id.to_string())
}

async fn deliveries(stage: &Stage, subscription: &Subscription) -> Result<Vec<pb::Delivery>> {
    let chair = stage.api.session(&stage.cast.chair).await?;
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListDeliveriesRequest {
            parent: subscription.name.clone(),
            page_size: 500,
            page_token,
            ..Default::default()
        };
        let page = WebhookServiceClient::new(stage.api.notification.clone())
            .list_deliveries(chair.ask(request))
            .await?
            .into_inner();
        all.extend(page.deliveries);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(secret: &Secret, body: &'static [u8]) -> Call {
        let signed = sign(
            Uuid::from_u128(7),
            OffsetDateTime::UNIX_EPOCH,
            body,
            std::slice::from_ref(secret),
        );
        let mut headers = axum::http::HeaderMap::new();
        for (name, value) in [
            (signature::ID, signed.id),
            (signature::TIMESTAMP, signed.timestamp),
            (signature::SIGNATURE, signed.signature),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        Call {
            headers,
            body: body.into(),
        }
    }

    #[test]
    fn a_call_is_believed_only_as_it_was_signed() {
        let secret = Secret::from_bytes(&[1; 32]).unwrap();
        let mut one = call(&secret, b"{}");
        assert_eq!(
            signed_by(&secret, &one).unwrap(),
            Uuid::from_u128(7).to_string()
        );
        let other = Secret::from_bytes(&[2; 32]).unwrap();
        assert!(signed_by(&other, &one).is_err());
        one.body = b"{ }".as_slice().into();
        assert!(signed_by(&secret, &one).is_err());
        one.headers.remove(signature::ID);
        assert!(signed_by(&secret, &one).is_err());
    }
}
