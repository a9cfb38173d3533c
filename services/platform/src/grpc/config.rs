//! The settings of a gRPC server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::{Problems, Validate};
use crate::grpc::MAX_STAMPED_BODY;

/// The section `grpc` of a role's configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrpcConfig {
    /// Where RPCs are answered.
    pub listen: SocketAddr,
    /// Where `grpc.health.v1` is answered, always without TLS.
    pub health_listen: SocketAddr,
    /// The certificate chain, PEM; without it the connection is not encrypted.
    #[serde(default)]
    pub tls_certificate_file: Option<PathBuf>,
    /// The certificate's private key, PEM.
    #[serde(default)]
    pub tls_key_file: Option<PathBuf>,
    /// The largest request, in bytes.
    pub max_request_bytes: usize,
    /// The longest an RPC may take whatever its caller allows, in milliseconds.
    pub max_request_ms: u64,
    /// How many RPCs are worked on at once; more are refused for the moment.
    pub max_concurrent_requests: usize,
    /// How many stamped RPCs are worked on at once; more wait in the arrival queue.
    pub max_concurrent_stamped: usize,
    /// How many requests a second one address may make to RPCs that need no token.
    pub public_requests_per_second: u32,
    /// The longest a stamped RPC may take, in milliseconds.
    pub max_stamped_ms: u64,
    /// How many bytes of stamped requests may be held at once.
    pub arrival_queue_bytes: usize,
    /// The longest the body of a stamped request may take to come in, in milliseconds.
    pub arrival_read_ms: u64,
    /// A connection older than this is asked to go, so that callers spread over new copies.
    pub max_connection_age_ms: u64,
    /// Readiness is looked at this often, in milliseconds.
    pub readiness_interval_ms: u64,
}

impl GrpcConfig {
    /// The longest an RPC may take.
    pub(super) const fn max_request(&self) -> Duration {
        Duration::from_millis(self.max_request_ms)
    }

    /// The longest a stamped RPC may take.
    pub(super) const fn max_stamped(&self) -> Duration {
        Duration::from_millis(self.max_stamped_ms)
    }
}

impl Default for GrpcConfig {
    /// For tests: any free port of this machine, production's limits.
    fn default() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            listen: any,
            health_listen: any,
            tls_certificate_file: None,
            tls_key_file: None,
            max_request_bytes: 4 * 1024 * 1024,
            max_request_ms: 30_000,
            max_concurrent_requests: 256,
            max_concurrent_stamped: 64,
            public_requests_per_second: 500,
            max_stamped_ms: 75_000,
            arrival_queue_bytes: 64 * 1024 * 1024,
            arrival_read_ms: 20_000,
            max_connection_age_ms: 300_000,
            readiness_interval_ms: 1_000,
        }
    }
}

impl Validate for GrpcConfig {
    fn validate(&self, problems: &mut Problems) {
        let positive = [
            ("max_request_bytes", self.max_request_bytes),
            ("max_concurrent_requests", self.max_concurrent_requests),
            ("max_concurrent_stamped", self.max_concurrent_stamped),
            (
                "public_requests_per_second",
                usize::from(self.public_requests_per_second > 0),
            ),
            ("max_request_ms", usize::from(self.max_request_ms > 0)),
            ("max_stamped_ms", usize::from(self.max_stamped_ms > 0)),
            ("arrival_read_ms", usize::from(self.arrival_read_ms > 0)),
            (
                "max_connection_age_ms",
                usize::from(self.max_connection_age_ms > 0),
            ),
            (
                "readiness_interval_ms",
                usize::from(self.readiness_interval_ms > 0),
            ),
        ];
        for (key, value) in positive {
            if value == 0 {
                problems.refuse(key, "must be at least 1");
            }
        }
        if self.listen == self.health_listen && self.listen.port() != 0 {
            problems.refuse("health_listen", "must not be where RPCs are answered");
        }
        if self.arrival_queue_bytes < MAX_STAMPED_BODY {
            problems.refuse(
                "arrival_queue_bytes",
                format!("must hold at least one body of {MAX_STAMPED_BODY} bytes"),
            );
        }
        if u32::try_from(self.arrival_queue_bytes).is_err() {
            problems.refuse("arrival_queue_bytes", "must be below 4 GiB");
        }
        if self.arrival_read_ms >= self.max_stamped_ms {
            problems.refuse(
                "arrival_read_ms",
                "must be below max_stamped_ms, or a slow request has no time left to be answered",
            );
        }
        if self.tls_certificate_file.is_some() != self.tls_key_file.is_some() {
            problems.refuse(
                "tls_certificate_file",
                "goes with tls_key_file: give both or neither",
            );
        }
        for (key, file) in [
            ("tls_certificate_file", &self.tls_certificate_file),
            ("tls_key_file", &self.tls_key_file),
        ] {
            if let Some(Err(error)) = file.as_ref().map(std::fs::metadata) {
                problems.refuse(key, format!("cannot be read: {error}"));
            }
        }
        if self.tls_key_file.is_none() && !self.listen.ip().is_loopback() {
            problems.warn(
                "tls_certificate_file",
                "tokens and personal data travel unencrypted unless a mesh encrypts them",
            );
        }
    }
}
