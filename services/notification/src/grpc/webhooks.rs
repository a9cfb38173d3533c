//! `winner.notification.v1.WebhookService`.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use winner_messaging::Ledger;
use winner_platform::ApiError;
use winner_platform::auth::Actor;
use winner_platform::page::Page;
use winner_platform::pg::database_error;
use winner_proto::notification::v1 as wire;
use winner_proto::notification::v1::webhook_service_server::WebhookService;

use super::{errors, names};
use crate::commands::webhooks::WebhookError;
use crate::commands::webhooks::create::{Create, create};
use crate::commands::webhooks::delete::{Delete, delete};
use crate::commands::webhooks::replay::{Replay, replay};
use crate::commands::webhooks::rotate::{Rotate, rotate};
use crate::commands::webhooks::test::test;
use crate::commands::webhooks::update::{Update, update};
use crate::jobs::wake::Wake;
use crate::queries::webhooks as queries;
use crate::webhooks::{Caller, Keyring, WebhooksConfig};

/// Offices that see an edition's endpoints.
const READERS: &[&str] = &["chair", "organiser", "auditor"];
/// Offices that change them.
const KEEPERS: &[&str] = &["chair", "organiser"];
const RESOURCE: &str = "winner.notification.v1/Endpoint";

/// Registers endpoints and shows what was brought to them.
#[derive(Clone)]
pub struct Webhooks {
    /// Where they are kept.
    pub ledger: Ledger,
    /// Tells the dispatcher that there is something to do.
    pub wake: Wake,
    /// The settings.
    pub config: Arc<WebhooksConfig>,
    /// The keys that seal secrets; `None` where this installation serves no webhooks.
    pub keyring: Option<Arc<Keyring>>,
    /// Calls endpoints.
    pub caller: Caller,
}

impl Webhooks {
    fn keyring(&self) -> Result<&Keyring, WebhookError> {
        self.keyring.as_deref().ok_or(WebhookError::Off)
    }

    async fn create(
        &self,
        request: Request<wire::CreateEndpointRequest>,
    ) -> Result<wire::EndpointWithSecret, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let edition_id = names::edition("parent", &request.parent)?;
        actor.require(KEEPERS, edition_id)?;
        let cmd = Create {
            caller: &actor.key(),
            edition_id,
            request: &request,
        };
        let made = match self.keyring() {
            Ok(keyring) => create(&self.ledger, &self.config, keyring, cmd).await,
            Err(off) => Err(off),
        };
        made.map_err(|error| errors::webhook(error, &request.parent))
    }

    async fn get(
        &self,
        request: Request<wire::GetEndpointRequest>,
    ) -> Result<wire::Endpoint, ApiError> {
        let actor = Actor::from_request(&request)?;
        let name = request.into_inner().name;
        let (edition_id, endpoint_id) = names::webhook("name", &name)?;
        actor.require(READERS, edition_id)?;
        queries::read(self.ledger.pool(), edition_id, endpoint_id)
            .await
            .map_err(database_error)?
            .ok_or_else(|| ApiError::not_found(RESOURCE, name))
    }

    async fn list(
        &self,
        request: Request<wire::ListEndpointsRequest>,
    ) -> Result<wire::ListEndpointsResponse, ApiError> {
        let actor = Actor::from_request(&request)?;
        let parent = request.into_inner().parent;
        let edition_id = names::edition("parent", &parent)?;
        actor.require(READERS, edition_id)?;
        let endpoints = queries::list(self.ledger.pool(), edition_id)
            .await
            .map_err(database_error)?;
        Ok(wire::ListEndpointsResponse { endpoints })
    }

    async fn update(
        &self,
        request: Request<wire::UpdateEndpointRequest>,
    ) -> Result<wire::Endpoint, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let name = request.endpoint.as_ref().map_or("", |new| &new.name);
        let (edition_id, endpoint_id) = names::webhook("endpoint.name", name)?;
        actor.require(KEEPERS, edition_id)?;
        let cmd = Update {
            caller: &actor.key(),
            edition_id,
            endpoint_id,
            request: &request,
        };
        let updated = update(&self.ledger, &self.config, cmd)
            .await
            .map_err(|error| errors::webhook(error, name))?;
        self.wake.webhooks();
        Ok(updated)
    }

    async fn rotate(
        &self,
        request: Request<wire::RotateEndpointSecretRequest>,
    ) -> Result<wire::EndpointWithSecret, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let (edition_id, endpoint_id) = names::webhook("name", &request.name)?;
        actor.require(KEEPERS, edition_id)?;
        let cmd = Rotate {
            caller: &actor.key(),
            edition_id,
            endpoint_id,
            request: &request,
        };
        let rotated = match self.keyring() {
            Ok(keyring) => rotate(&self.ledger, keyring, cmd).await,
            Err(off) => Err(off),
        };
        rotated.map_err(|error| errors::webhook(error, &request.name))
    }

    async fn delete(
        &self,
        request: Request<wire::DeleteEndpointRequest>,
    ) -> Result<wire::DeleteEndpointResponse, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let (edition_id, endpoint_id) = names::webhook("name", &request.name)?;
        actor.require(KEEPERS, edition_id)?;
        let cmd = Delete {
            caller: &actor.key(),
            edition_id,
            endpoint_id,
            request: &request,
        };
        delete(&self.ledger, cmd)
            .await
            .map_err(|error| errors::webhook(error, &request.name))
    }

    async fn test(
        &self,
        request: Request<wire::TestEndpointRequest>,
    ) -> Result<wire::Delivery, ApiError> {
        let actor = Actor::from_request(&request)?;
        let name = request.into_inner().name;
        let (edition_id, endpoint_id) = names::webhook("name", &name)?;
        actor.require(KEEPERS, edition_id)?;
        let tested = match self.keyring() {
            Ok(keyring) => test(&self.ledger, &self.caller, keyring, edition_id, endpoint_id).await,
            Err(off) => Err(off),
        };
        tested.map_err(|error| errors::webhook(error, &name))
    }

    async fn replay(
        &self,
        request: Request<wire::ReplayDeliveriesRequest>,
    ) -> Result<wire::ReplayDeliveriesResponse, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let (edition_id, endpoint_id) = names::webhook("name", &request.name)?;
        actor.require(KEEPERS, edition_id)?;
        let cmd = Replay {
            caller: &actor.key(),
            edition_id,
            endpoint_id,
            request: &request,
        };
        let replayed = replay(&self.ledger, cmd)
            .await
            .map_err(|error| errors::webhook(error, &request.name))?;
        self.wake.webhooks();
        Ok(replayed)
    }

    async fn deliveries(
        &self,
        request: Request<wire::ListDeliveriesRequest>,
    ) -> Result<wire::ListDeliveriesResponse, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let (edition_id, endpoint_id) = names::webhook("parent", &request.parent)?;
        actor.require(READERS, edition_id)?;
        let state = wire::DeliveryState::try_from(request.state).map_err(|_| {
            let text = "must be a state of the contract";
            ApiError::invalid_field("state", "UNKNOWN_STATE", text)
        })?;
        let page = Page::parse(request.page_size, &request.page_token, 100, 500)?;
        queries::deliveries(self.ledger.pool(), edition_id, endpoint_id, state, page)
            .await
            .map_err(database_error)?
            .ok_or_else(|| ApiError::not_found(RESOURCE, request.parent))
    }
}

#[tonic::async_trait]
impl WebhookService for Webhooks {
    async fn create_endpoint(
        &self,
        request: Request<wire::CreateEndpointRequest>,
    ) -> Result<Response<wire::EndpointWithSecret>, Status> {
        Ok(Response::new(self.create(request).await?))
    }

    async fn get_endpoint(
        &self,
        request: Request<wire::GetEndpointRequest>,
    ) -> Result<Response<wire::Endpoint>, Status> {
        Ok(Response::new(self.get(request).await?))
    }

    async fn list_endpoints(
        &self,
        request: Request<wire::ListEndpointsRequest>,
    ) -> Result<Response<wire::ListEndpointsResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn update_endpoint(
        &self,
        request: Request<wire::UpdateEndpointRequest>,
    ) -> Result<Response<wire::Endpoint>, Status> {
        Ok(Response::new(self.update(request).await?))
    }

    async fn rotate_endpoint_secret(
        &self,
        request: Request<wire::RotateEndpointSecretRequest>,
    ) -> Result<Response<wire::EndpointWithSecret>, Status> {
        Ok(Response::new(self.rotate(request).await?))
    }

    async fn delete_endpoint(
        &self,
        request: Request<wire::DeleteEndpointRequest>,
    ) -> Result<Response<wire::DeleteEndpointResponse>, Status> {
        Ok(Response::new(self.delete(request).await?))
    }

    async fn test_endpoint(
        &self,
        request: Request<wire::TestEndpointRequest>,
    ) -> Result<Response<wire::Delivery>, Status> {
        Ok(Response::new(self.test(request).await?))
    }

    async fn replay_deliveries(
        &self,
        request: Request<wire::ReplayDeliveriesRequest>,
    ) -> Result<Response<wire::ReplayDeliveriesResponse>, Status> {
        Ok(Response::new(self.replay(request).await?))
    }

    async fn list_deliveries(
        &self,
        request: Request<wire::ListDeliveriesRequest>,
    ) -> Result<Response<wire::ListDeliveriesResponse>, Status> {
        Ok(Response::new(self.deliveries(request).await?))
    }
}
