//! The server.

use std::convert::Infallible;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::server::NamedService;
use tower::Service;
use winner_proto::policy::MethodPolicy;

use crate::auth::Verifier;
use crate::clock::Clock;
use crate::grpc::{GrpcConfig, Readiness};
use crate::lifecycle::Shutdown;

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
    _config: GrpcConfig,
}

impl GrpcServer {
    /// A server that admits callers by `verifier` (which knows the service's name) and
    /// `policies`. RPCs are known from `winner_proto`'s descriptors unless [`Self::descriptors`]
    /// names others.
    pub fn new(
        _config: GrpcConfig,
        _verifier: Verifier,
        _policies: &'static [MethodPolicy],
        _clock: Clock,
    ) -> Self {
        unimplemented!()
    }

    /// Knows the RPCs from another encoded `FileDescriptorSet`.
    #[must_use]
    pub fn descriptors(self, _encoded: &'static [u8]) -> Self {
        unimplemented!()
    }

    /// Serves one more gRPC service.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "it adds a service, as tonic calls it"
    )]
    pub fn add<S>(self, _service: S) -> Self
    where
        S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        unimplemented!()
    }

    /// Serves until `shutdown`: at the soft stop readiness goes, connections drain; at the hard
    /// stop they are dropped.
    ///
    /// # Errors
    /// When an RPC has no policy, TLS does not start, or the transport fails.
    pub async fn serve(
        self,
        _listeners: Listeners,
        _readiness: Readiness,
        _shutdown: Shutdown,
    ) -> Result<(), ServeError> {
        unimplemented!()
    }
}
