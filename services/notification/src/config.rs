//! The settings of role `notification`.

use std::time::Duration;

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

use crate::domain::delivery::DeliveryMode;
use crate::domain::patience::Patience;
use crate::http::PublicHttpConfig;
use crate::jobs::relays::TURN;
use crate::sms::config::SmsConfig;
use crate::smtp::config::RelayConfig;
use crate::webhooks::WebhooksConfig;

mod mail;
mod relays;
mod sms;
mod unknown;
use mail::ways_back;
pub use mail::{AddressesConfig, BouncesConfig, MailConfig, MailSecrets, SecretsError};
pub use relays::StandbyConfig;
use sms::beside_sms;
pub use unknown::{UnknownConfig, UnknownRule};

mod proof;

pub use proof::{ProofConfig, ProofKeysError};

/// The commented defaults of the role.
pub const DEFAULTS: &str = include_str!("../config/defaults.toml");

/// All settings.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The gRPC server.
    pub grpc: GrpcConfig,
    /// The database.
    pub postgres: PgConfig,
    /// The broker.
    pub nats: NatsConfig,
    /// How events are exchanged.
    pub messaging: NodeConfig,
    /// Who we are, and whom we believe.
    pub auth: AuthConfig,
    /// Logs, traces, metrics.
    pub telemetry: TelemetryConfig,
    /// The services that we call.
    pub peers: Peers,
    /// The mail server that takes our messages.
    pub smtp: RelayConfig,
    /// The one that stands by.
    pub smtp_standby: StandbyConfig,
    /// What every message carries.
    pub mail: MailConfig,
    /// Where messages come back to.
    pub bounces: BouncesConfig,
    /// How addresses are known again.
    pub addresses: AddressesConfig,
    /// What goes by SMS, and through what.
    pub sms: SmsConfig,
    /// How messages are sent.
    pub sending: SendingConfig,
    /// What is kept to prove what people were written.
    pub proof: ProofConfig,
    /// Messages that belong to no edition.
    pub outside_editions: OutsideEditions,
    /// What mail programs and providers of messages call.
    pub public_http: PublicHttpConfig,
    /// Services outside the cluster, and how they are called.
    pub webhooks: WebhooksConfig,
}

/// The services that we call.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Peers {
    /// Who is meant, how they are reached, what an edition's rules say; and its events.
    pub intake: PeerConfig,
    /// Its events.
    pub matching: PeerConfig,
    /// Its events.
    pub judging: PeerConfig,
}

/// How messages are sent.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendingConfig {
    /// How many messages are claimed at once, at most 200.
    pub batch: usize,
    /// Milliseconds of a claim up to the point of no return.
    pub lease_ms: u64,
    /// Milliseconds added to the relay's own time-out once it is crossed.
    pub answer_margin_ms: u64,
    /// Milliseconds between looks at the queue.
    pub poll_ms: u64,
    /// Milliseconds between looks for lapsed leases.
    pub reap_ms: u64,
    /// Milliseconds to wait after the first failure; doubles.
    pub retry_first_ms: u64,
    /// The longest wait, in milliseconds.
    pub retry_longest_ms: u64,
    /// So many attempts are made.
    pub tries: u32,
    /// What becomes of messages of which nobody knows whether they went out.
    #[serde(default)]
    pub unknown: UnknownConfig,
}

impl SendingConfig {
    /// When to try again.
    pub const fn patience(&self) -> Patience {
        Patience {
            first: Duration::from_millis(self.retry_first_ms),
            longest: Duration::from_millis(self.retry_longest_ms),
            tries: self.tries,
        }
    }
}

/// A delivery mode that needs no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutsideMode {
    /// Kept, not sent.
    Hold,
    /// To the people they are for.
    Live,
}

/// Messages that belong to no edition: invitations to an organisation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutsideEditions {
    /// What becomes of them.
    pub delivery_mode: OutsideMode,
    /// Marks made-up data in them.
    pub data_notice: String,
}

impl OutsideEditions {
    /// The mode as editions have it.
    pub const fn mode(&self) -> DeliveryMode {
        match self.delivery_mode {
            OutsideMode::Hold => DeliveryMode::Hold,
            OutsideMode::Live => DeliveryMode::Live,
        }
    }
}

impl Config {
    /// The longest that a claimed message waits for its turn at a relay.
    pub fn longest_turn(&self) -> Duration {
        let standby = self.smtp_standby.messages_per_second.unwrap_or(0);
        if self.smtp.messages_per_second.max(standby) == 0 {
            Duration::ZERO
        } else {
            TURN
        }
    }
}

impl Validate for Config {
    fn validate(&self, problems: &mut Problems) {
        problems.section("grpc", &self.grpc);
        problems.section("postgres", &self.postgres);
        problems.section("nats", &self.nats);
        problems.section("messaging", &self.messaging);
        problems.section("auth", &self.auth);
        problems.section("telemetry", &self.telemetry);
        problems.section("peers.intake", &self.peers.intake);
        problems.section("peers.matching", &self.peers.matching);
        problems.section("peers.judging", &self.peers.judging);
        problems.section("smtp", &self.smtp);
        if let Some(standby) = self.smtp_standby.relay(&self.smtp) {
            problems.section("smtp_standby", &standby);
            if (&standby.host, standby.port) == (&self.smtp.host, self.smtp.port) {
                problems.refuse("smtp_standby.host", "must be another relay than smtp's");
            }
        }
        problems.section("mail", &self.mail);
        problems.section("bounces", &self.bounces);
        problems.section("addresses", &self.addresses);
        ways_back(self, problems);
        problems.section("sms", &self.sms);
        beside_sms(self, problems);
        problems.section("sending", &self.sending);
        problems.section("proof", &self.proof);
        problems.section("webhooks", &self.webhooks);
        if self.webhooks.allow_plain_loopback && !self.grpc.listen.ip().is_loopback() {
            problems.warn(
                "webhooks.allow_plain_loopback",
                "endpoints may be on this machine, without encryption: for tests and rehearsals only",
            );
        }
        let before_dot = self.smtp.longest_before_dot()
            + Duration::from_millis(self.peers.intake.timeout_ms)
            + self.longest_turn();
        if Duration::from_millis(self.sending.lease_ms) <= before_dot {
            problems.refuse(
                "sending.lease_ms",
                format!(
                    "must be above {} ms, the longest an attempt may take up to its final dot",
                    before_dot.as_millis()
                ),
            );
        }
        if usize::try_from(self.postgres.max_connections).unwrap_or(usize::MAX)
            < self.smtp.connections + 4
        {
            problems.warn(
                "postgres.max_connections",
                "below smtp.connections + 4: messages being sent wait for a connection",
            );
        }
    }
}

impl Validate for SendingConfig {
    fn validate(&self, problems: &mut Problems) {
        for (key, value) in [
            ("lease_ms", self.lease_ms),
            ("answer_margin_ms", self.answer_margin_ms),
            ("poll_ms", self.poll_ms),
            ("reap_ms", self.reap_ms),
            ("retry_first_ms", self.retry_first_ms),
            ("tries", u64::from(self.tries)),
        ] {
            if value == 0 {
                problems.refuse(key, "must be at least 1");
            }
        }
        problems.section("unknown", &self.unknown);
        if self.batch == 0 || self.batch > crate::directory::CONTACTS {
            problems.refuse("batch", "must be 1 to 200");
        }
        if self.retry_longest_ms < self.retry_first_ms {
            problems.refuse("retry_longest_ms", "must not be below retry_first_ms");
        }
    }
}

#[cfg(test)]
mod tests;
