//! A server of a tiny service, for the tests of this crate. The service is the health service of
//! the protocol, with behaviour of our own: what it does is what it is asked about.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio_stream::wrappers::ReceiverStream;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{FILE_DESCRIPTOR_SET, HealthCheckRequest, HealthCheckResponse};
use winner_proto::policy::{Audience, MethodPolicy};

use super::{Arrived, GrpcConfig, GrpcServer, Listeners, Readiness, ServeError, context};
use crate::auth::keys::{ServiceKey, TrustedKeys};
use crate::auth::link::LinkKey;
use crate::auth::{Actor, TokenSigner, Verifier};
use crate::clock::Clock;
use crate::error::ApiError;
use crate::lifecycle::Shutdown;
use crate::telemetry;
use crate::time::BusinessTime;

pub(super) const CHECK: &str = "/grpc.health.v1.Health/Check";

pub(super) static OPEN: &[MethodPolicy] = &policies(Audience::Public, false);
pub(super) static STAMPED: &[MethodPolicy] = &policies(Audience::Public, true);
pub(super) static OFFICES: &[MethodPolicy] = &policies(Audience::Offices, false);
pub(super) static LINKS: &[MethodPolicy] = &policies(Audience::Link, false);

const fn policies(audience: Audience, stamps_arrival: bool) -> [MethodPolicy; 2] {
    const fn policy(path: &'static str, audience: Audience, stamps_arrival: bool) -> MethodPolicy {
        MethodPolicy {
            path,
            audience,
            offices: &["clerk"],
            services: &["alpha"],
            stamps_arrival,
        }
    }
    [
        policy(CHECK, audience, stamps_arrival),
        policy("/grpc.health.v1.Health/Watch", audience, false),
    ]
}

/// What it is asked, it does: `panic`, `sleep 200`, `fail`, and otherwise it answers who called,
/// when they arrived, and how long it has.
#[derive(Debug)]
struct Obedient;

#[tonic::async_trait]
impl Health for Obedient {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let actor = Actor::from_request(&request)?;
        let order = request.get_ref().service.clone();
        match order.split_once(' ').unwrap_or((&order, "")) {
            ("panic", what) => panic!("{what}"),
            ("sleep", millis) => {
                tokio::time::sleep(Duration::from_millis(millis.parse().unwrap())).await;
            }
            ("fail", cause) => return Err(ApiError::internal(cause.to_owned()).into()),
            _ => {}
        }
        let mut response = Response::new(HealthCheckResponse {
            status: ServingStatus::Serving.into(),
        });
        let metadata = response.metadata_mut();
        metadata.insert("actor", actor.key().parse().unwrap());
        if let Ok(Arrived(at)) = Arrived::from_request(&request) {
            metadata.insert("arrived", at.to_string().parse().unwrap());
        }
        if let Some(traceparent) = telemetry::current_traceparent() {
            metadata.insert("traceparent", traceparent.parse().unwrap());
        }
        let left = context::time_left().unwrap().as_millis();
        metadata.insert("left-ms", left.to_string().parse().unwrap());
        Ok(response)
    }

    type WatchStream = ReceiverStream<Result<HealthCheckResponse, Status>>;

    async fn watch(
        &self,
        _request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        Err(ApiError::unknown_method().into())
    }
}

/// A running server, and those who call it.
pub(super) struct World {
    pub(super) url: String,
    pub(super) health_url: String,
    pub(super) clock: Clock,
    pub(super) shutdown: Shutdown,
    /// May speak for persons.
    pub(super) issuer: TokenSigner,
    pub(super) alpha: TokenSigner,
    pub(super) links: LinkKey,
    pub(super) served: tokio::task::JoinHandle<Result<(), ServeError>>,
}

/// The moment at which the world's clock stands.
pub(super) fn start() -> BusinessTime {
    BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap()
}

pub(super) async fn world(policies: &'static [MethodPolicy], config: GrpcConfig) -> World {
    let clock = Clock::manual(start());
    world_with(policies, config, Readiness::new(), clock).await
}

pub(super) async fn world_with(
    policies: &'static [MethodPolicy],
    config: GrpcConfig,
    readiness: Readiness,
    clock: Clock,
) -> World {
    let (issuer, alpha) = (
        ServiceKey::generate().unwrap(),
        ServiceKey::generate().unwrap(),
    );
    let trusted =
        TrustedKeys::new([issuer.public("issuer", true), alpha.public("alpha", false)]).unwrap();
    let links = LinkKey::new(SecretString::from("link".repeat(8))).unwrap();
    let verifier = Verifier::new("beta", trusted).with_links(links.clone());
    let listeners = Listeners::bind(&config).await.unwrap();
    let (grpc, health) = listeners.addresses().unwrap();
    let shutdown = Shutdown::new();
    let beta = GrpcServer::new(config, verifier, policies, clock.clone())
        .descriptors(FILE_DESCRIPTOR_SET)
        .add(HealthServer::new(Obedient));
    let served = tokio::spawn(beta.serve(listeners, readiness, shutdown.clone()));
    World {
        url: format!("http://{grpc}"),
        health_url: format!("http://{health}"),
        clock,
        shutdown,
        issuer: TokenSigner::new("issuer", issuer),
        alpha: TokenSigner::new("alpha", alpha),
        links,
        served,
    }
}

impl World {
    pub(super) fn channel(&self) -> Channel {
        Endpoint::from_shared(self.url.clone())
            .unwrap()
            .connect_lazy()
    }

    /// Gives an order without a token.
    pub(super) async fn order(&self, order: &str) -> Result<MetadataMap, Status> {
        self.send(request(order)).await
    }

    pub(super) async fn order_with(
        &self,
        order: &str,
        scheme: &str,
        token: &SecretString,
    ) -> Result<MetadataMap, Status> {
        let mut request = request(order);
        let value = format!("{scheme} {}", token.expose_secret());
        request
            .metadata_mut()
            .insert("authorization", value.parse().unwrap());
        self.send(request).await
    }

    pub(super) async fn send(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<MetadataMap, Status> {
        let answer = HealthClient::new(self.channel()).check(request).await?;
        Ok(answer.metadata().clone())
    }

    /// What the probe of `service` says.
    pub(super) async fn probe(&self, service: &str) -> Result<ServingStatus, Status> {
        let channel = Endpoint::from_shared(self.health_url.clone())
            .unwrap()
            .connect_lazy();
        Ok(HealthClient::new(channel)
            .check(request(service))
            .await?
            .into_inner()
            .status())
    }
}

pub(super) fn request(order: &str) -> Request<HealthCheckRequest> {
    Request::new(HealthCheckRequest {
        service: order.to_owned(),
    })
}

pub(super) fn value<'a>(metadata: &'a MetadataMap, key: &str) -> &'a str {
    metadata.get(key).unwrap().to_str().unwrap()
}
