//! The server.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::service::RoutesBuilder;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tower::Service;
use winner_proto::policy::MethodPolicy;

use super::admission::Admission;
use super::arrival::ArrivalQueue;
use super::pipeline::{Pipeline, Shared};
use super::{contract, health};
use crate::auth::Verifier;
use crate::clock::Clock;
use crate::grpc::{GrpcConfig, Readiness};
use crate::lifecycle::Shutdown;

/// Why a server without a trustworthy clock is not ready.
const UNSETTLED: &str = "business time is not known to within 25 ms";
/// An idle connection is asked whether it lives this often.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// The two listeners of a service, bound before it starts, so that tests can have free ports.
#[derive(Debug)]
pub struct Listeners {
    /// Where RPCs are answered.
    pub grpc: TcpListener,
    /// Where health is answered.
    pub health: TcpListener,
}

impl Listeners {
    /// Binds what the settings name.
    ///
    /// # Errors
    /// When an address is taken or not ours.
    pub async fn bind(config: &GrpcConfig) -> std::io::Result<Self> {
        Ok(Self {
            grpc: TcpListener::bind(config.listen).await?,
            health: TcpListener::bind(config.health_listen).await?,
        })
    }

    /// The addresses bound: RPCs, health.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn addresses(&self) -> std::io::Result<(SocketAddr, SocketAddr)> {
        Ok((self.grpc.local_addr()?, self.health.local_addr()?))
    }
}

/// Why a server does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// RPCs that are served and have no policy.
    #[error("no policy for {}", .0.join(", "))]
    NoPolicy(Vec<String>),
    /// Services that the descriptors do not describe, so that their RPCs cannot be known.
    #[error("no descriptor for {}", .0.join(", "))]
    NoDescriptor(Vec<String>),
    /// The descriptors are malformed.
    #[error("the descriptors are malformed")]
    Descriptors(#[from] prost::DecodeError),
    /// Reflection cannot be built of the descriptors.
    #[error("reflection cannot be built of the descriptors")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// A TLS file cannot be read.
    #[error("a TLS file cannot be read")]
    TlsFile(#[source] std::io::Error),
    /// The transport failed.
    #[error("the transport failed")]
    Transport(#[from] tonic::transport::Error),
}

/// A gRPC server of one service.
#[derive(Debug)]
pub struct GrpcServer {
    config: GrpcConfig,
    verifier: Verifier,
    policies: &'static [MethodPolicy],
    clock: Clock,
    descriptors: &'static [u8],
    routes: RoutesBuilder,
    services: Vec<&'static str>,
}

impl GrpcServer {
    /// A server that admits callers by `verifier` (which knows the service's name) and
    /// `policies`. RPCs are known from `winner_proto`'s descriptors unless [`Self::descriptors`]
    /// names others.
    pub fn new(
        config: GrpcConfig,
        verifier: Verifier,
        policies: &'static [MethodPolicy],
        clock: Clock,
    ) -> Self {
        Self {
            config,
            verifier,
            policies,
            clock,
            descriptors: winner_proto::FILE_DESCRIPTOR_SET,
            routes: RoutesBuilder::default(),
            services: Vec::new(),
        }
    }

    /// Knows the RPCs from another encoded `FileDescriptorSet`.
    #[must_use]
    pub const fn descriptors(mut self, encoded: &'static [u8]) -> Self {
        self.descriptors = encoded;
        self
    }

    /// Serves one more gRPC service.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "it adds a service, as tonic calls it"
    )]
    pub fn add<S>(mut self, service: S) -> Self
    where
        S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.services.push(S::NAME);
        self.routes.add_service(service);
        self
    }

    /// Serves until `shutdown`; ready while the checks of `readiness` pass and the clock is settled.
    /// At the soft stop readiness goes, no connection is taken and those there are drain; at the hard stop what is still worked on is answered with `CANCELLED`.
    ///
    /// # Errors
    /// When an RPC has no policy, TLS does not start, or the transport fails.
    pub async fn serve(
        self,
        listeners: Listeners,
        readiness: Readiness,
        shutdown: Shutdown,
    ) -> Result<(), ServeError> {
        let every = Duration::from_millis(self.config.readiness_interval_ms);
        let clock = self.clock.clone();
        let readiness = readiness.require("clock", move || {
            std::future::ready(if clock.is_settled() {
                Ok(())
            } else {
                Err(UNSETTLED)
            })
        });
        let service: Arc<str> = Arc::from(self.verifier.service());
        let server = builder(&self.config).await?;
        let pipeline = self.pipeline(shutdown.hard.clone())?;

        let answered = CancellationToken::new();
        let rpcs = async {
            let drained = server.serve_with_incoming_shutdown(
                pipeline,
                at_once(listeners.grpc),
                shutdown.soft.clone().cancelled_owned(),
            );
            let result = tokio::select! {
                result = drained => result,
                () = let_go(&shutdown.hard) => Ok(()),
            };
            answered.cancel();
            result
        };
        let (reporter, health_service) = health::service().await;
        let probes = async {
            let serve = Server::builder()
                .add_service(health_service)
                .serve_with_incoming(at_once(listeners.health));
            tokio::select! {
                result = serve => result,
                // Probes are answered until the last RPC is.
                () = answered.cancelled() => Ok(()),
            }
        };
        let stop = shutdown.soft.clone();
        let followed = health::follow(reporter, service, readiness, every, stop);
        let (rpcs, probes, ()) = tokio::join!(rpcs, probes, followed);
        rpcs?;
        probes?;
        Ok(())
    }

    fn pipeline(mut self, hard: CancellationToken) -> Result<Pipeline, ServeError> {
        let policies = contract::policies(self.descriptors, &self.services, self.policies)?;
        let reflection = || {
            let described = tonic_reflection::server::Builder::configure()
                .register_encoded_file_descriptor_set(self.descriptors);
            self.services
                .iter()
                .fold(described, |builder, name| builder.with_service_name(*name))
        };
        let (v1, v1alpha) = (reflection().build_v1()?, reflection().build_v1alpha()?);
        self.routes.add_service(v1).add_service(v1alpha);

        let arrivals = ArrivalQueue::new(
            self.clock.clone(),
            self.config.arrival_queue_bytes,
            Duration::from_millis(self.config.arrival_read_ms),
        );
        let shared = Shared {
            service: Arc::from(self.verifier.service()),
            admission: Admission::new(&self.config),
            arrivals,
            config: self.config,
            verifier: self.verifier,
            policies,
            clock: self.clock,
            hard,
        };
        Ok(Pipeline {
            routes: self.routes.routes().prepare(),
            shared: Arc::new(shared),
        })
    }
}

/// Returns when the hard stop has been answered: the pipeline cancels what it works on, and the
/// answers get a moment to leave.
async fn let_go(hard: &CancellationToken) {
    hard.cancelled().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// Connections whose answers leave at once: held back until the caller has acknowledged the part before, as
/// TCP does by itself, an answer takes 40 ms. `Server::tcp_nodelay` does nothing for listeners of our own.
fn at_once(listener: TcpListener) -> TcpIncoming {
    TcpIncoming::from(listener).with_nodelay(Some(true))
}

/// The transport: HTTP/2 with a maximum age for connections, TLS when it is configured.
async fn builder(config: &GrpcConfig) -> Result<Server, ServeError> {
    let age = Duration::from_millis(config.max_connection_age_ms);
    let builder = Server::builder()
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .max_connection_age(age)
        // Whatever is being answered when its connection grows too old may end.
        .max_connection_age_grace(config.max_stamped().max(config.max_request()));
    match (&config.tls_certificate_file, &config.tls_key_file) {
        (Some(certificate), Some(key)) => {
            let identity = Identity::from_pem(read(certificate).await?, read(key).await?);
            Ok(builder.tls_config(ServerTlsConfig::new().identity(identity))?)
        }
        _ => Ok(builder),
    }
}

async fn read(path: &Path) -> Result<Vec<u8>, ServeError> {
    tokio::fs::read(path).await.map_err(ServeError::TlsFile)
}
