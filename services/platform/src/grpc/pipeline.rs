//! What every request passes before its handler, in order.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::transport::server::{TcpConnectInfo, TlsConnectInfo};
use tonic::{Code, Status};
use tower::{Service, ServiceExt};
use tracing::{Instrument, Span};
use winner_proto::policy::{Audience, MethodPolicy};

use super::admission::Admission;
use super::arrival::ArrivalQueue;
use super::authorise::authorise;
use super::context::RequestContext;
use super::contract::Policies;
use super::{GrpcConfig, deadline, panics, spans};
use crate::auth::Verifier;
use crate::clock::Clock;
use crate::error::ApiError;
use crate::telemetry;
use crate::telemetry::own::SERVED;

/// The part all requests share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) service: Arc<str>,
    pub(super) config: GrpcConfig,
    pub(super) verifier: Verifier,
    pub(super) policies: Policies,
    pub(super) clock: Clock,
    pub(super) admission: Admission,
    pub(super) arrivals: ArrivalQueue,
    pub(super) hard: CancellationToken,
}

/// The handlers behind everything a request passes.
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    pub(super) routes: Routes,
    pub(super) shared: Arc<Shared>,
}

impl Service<Request<Body>> for Pipeline {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Self { routes, shared } = self.clone();
        Box::pin(async move { Ok(shared.answer(routes, request).await) })
    }
}

impl Shared {
    /// Answers one request whatever happens: in its own span and context, before its deadline,
    /// before the hard stop, and with a status when its handler panics.
    async fn answer(&self, routes: Routes, request: Request<Body>) -> Response<Body> {
        let started = Instant::now();
        let path = request.uri().path().to_owned();
        let policy = self.policies.get(&path).copied();
        let most = match policy {
            Some(policy) if policy.stamps_arrival => self.config.max_stamped(),
            _ => self.config.max_request(),
        };
        let allowed = deadline::allowed(request.headers(), most);

        let span = spans::server(policy.map(|policy| policy.path));
        telemetry::parent_from(&span, request.headers());
        if let Some(trace_id) = telemetry::trace_id(&span) {
            span.record("trace_id", trace_id);
        }

        let work = async {
            let Some(policy) = policy else {
                return Err(ApiError::unknown_method());
            };
            tokio::select! {
                biased;
                answered = self.pass(policy, routes, request) => answered,
                () = tokio::time::sleep(allowed) => Err(ApiError::deadline_exceeded()),
                () = self.hard.cancelled() => Err(ApiError::cancelled()),
            }
        };
        let answered = async {
            let response = match AssertUnwindSafe(work).catch_unwind().await {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => Status::from(error).into_http(),
                Err(panic) => {
                    let cause = Panicked(panics::message(panic.as_ref()).to_owned());
                    Status::from(ApiError::internal(cause)).into_http()
                }
            };
            let code = spans::code_of(&response);
            spans::answered(&Span::current(), code);
            tracing::debug!(code = ?code, took_ms = started.elapsed().as_secs_f64() * 1e3, "rpc.answered");
            Self::measure(policy, code, started);
            response
        };
        let deadline = started.checked_add(allowed);
        RequestContext::new(Arc::clone(&self.service), deadline)
            .scope(answered)
            .instrument(span)
            .await
    }

    /// The steps: arrival, who it is, whether there is room, the handler.
    async fn pass(
        &self,
        policy: &'static MethodPolicy,
        routes: Routes,
        request: Request<Body>,
    ) -> Result<Response<Body>, ApiError> {
        // Both places are held until the handler has answered.
        let (mut request, _place) = if policy.stamps_arrival {
            let (request, place) = self.arrivals.receive(request).await?;
            (request, Some(place))
        } else {
            (self.limit(request), None)
        };
        if policy.audience == Audience::Public
            && let Some(address) = address(&request)
        {
            self.admission.public(address, Instant::now())?;
        }
        let actor = authorise(policy, &self.verifier, &self.clock, request.headers())?;
        Span::current().record("caller", actor.kind());
        if let Some(person) = actor.on_behalf_of {
            Span::current().record("on_behalf_of", person.to_string());
        }
        request.extensions_mut().insert(actor);
        let _room = if policy.stamps_arrival {
            self.admission.stamped().await?
        } else {
            self.admission.ordinary()?
        };
        routes.oneshot(request).await.map_err(ApiError::internal)
    }

    /// The same request, whose body breaks off when it grows too large.
    fn limit(&self, request: Request<Body>) -> Request<Body> {
        let most = self.config.max_request_bytes;
        request.map(|body| {
            let limited = Limited::new(body, most).map_err(move |error| {
                if error.is::<LengthLimitError>() {
                    Status::from(ApiError::too_large(most))
                } else {
                    Status::from_error(error)
                }
            });
            Body::new(limited)
        })
    }

    fn measure(policy: Option<&'static MethodPolicy>, code: Code, started: Instant) {
        let attributes = spans::served(policy.map(|policy| policy.path), code);
        SERVED.took(started.elapsed(), attributes);
    }
}

fn address(request: &Request<Body>) -> Option<std::net::IpAddr> {
    let plain = request.extensions().get::<TcpConnectInfo>();
    let tls = request.extensions().get::<TlsConnectInfo<TcpConnectInfo>>();
    let info = plain.or_else(|| tls.map(TlsConnectInfo::get_ref))?;
    info.remote_addr().map(|address| address.ip())
}

/// A handler panicked.
#[derive(Debug, thiserror::Error)]
#[error("the handler panicked: {0}")]
struct Panicked(String);
