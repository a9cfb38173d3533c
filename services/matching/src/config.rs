//! The settings of the role `matching`.

use schemars::JsonSchema;
use serde::Deserialize;
use winner_messaging::NodeConfig;
use winner_messaging::nats::NatsConfig;
use winner_platform::auth::AuthConfig;
use winner_platform::config::{Problems, Validate};
use winner_platform::grpc::GrpcConfig;
use winner_platform::grpc::client::PeerConfig;
use winner_platform::pg::PgConfig;
use winner_platform::telemetry::TelemetryConfig;

/// The commented defaults.
pub const DEFAULTS: &str = include_str!("../config/defaults.toml");

/// What the service is told.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The database, as the runtime role of the schema `matching`.
    pub postgres: PgConfig,
    /// The broker.
    pub nats: NatsConfig,
    /// Names and limits of the exchange of events.
    pub messaging: NodeConfig,
    /// The server.
    pub grpc: GrpcConfig,
    /// The keys.
    pub auth: AuthConfig,
    /// Logs and traces.
    pub telemetry: TelemetryConfig,
    /// The other services.
    pub peers: Peers,
}

/// The services that matching asks.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Peers {
    /// For editions, texts and missed events.
    pub intake: PeerConfig,
    /// For missed events.
    pub judging: PeerConfig,
}

impl Validate for Config {
    fn validate(&self, problems: &mut Problems) {
        problems.section("postgres", &self.postgres);
        problems.section("nats", &self.nats);
        problems.section("messaging", &self.messaging);
        problems.section("grpc", &self.grpc);
        problems.section("auth", &self.auth);
        problems.section("telemetry", &self.telemetry);
        problems.section("peers.intake", &self.peers.intake);
        problems.section("peers.judging", &self.peers.judging);
        // Two consumers hold a connection each, the relay one, the clock one.
        if self.postgres.max_connections < 6 {
            let text = "must be at least 6: relay, clock and two consumers hold four";
            problems.refuse("postgres.max_connections", text);
        }
    }
}
