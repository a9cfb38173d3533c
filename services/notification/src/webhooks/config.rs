//! The section `[webhooks]`.

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;
use winner_notification_core::webhook::addresses::Addresses;
use winner_notification_core::webhook::retry_after;
use winner_notification_core::webhook::target::TargetRules;
use winner_platform::config::{Problems, Validate};

use super::caller::Caller;
use super::keyring::{Keyring, KeyringError};
use crate::store::webhooks::claims::Pace;

/// The least that deliveries are kept: longer than the slowest ladder, each rung put off by a day.
const LEAST_DAYS: u32 = 14;

/// Services outside the cluster, and how they are called.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhooksConfig {
    /// The keys that seal secrets of endpoints, one a line: an id and 32 bytes in base64. The first seals, all
    /// open. Absent, nobody can register an endpoint.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// A file of PEM certificates to trust instead of the public ones.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Ports that may be called besides 443.
    pub ports: Vec<u16>,
    /// Ranges that may not be called besides those that are nobody's: public addresses of this installation.
    pub forbidden_ranges: Vec<String>,
    /// Whether `http` and this machine may be called; for tests and rehearsals only.
    pub allow_plain_loopback: bool,
    /// The most endpoints of one edition.
    pub endpoints_an_edition: u16,
    /// Deliveries at once, over all endpoints.
    pub at_once: u16,
    /// Deliveries at once to one endpoint; one that fails gets them singly.
    pub at_once_an_endpoint: u16,
    /// Deliveries a second to an endpoint that names no number of its own.
    pub per_second: u16,
    /// Milliseconds to resolve, connect and encrypt.
    pub connect_timeout_ms: u64,
    /// Milliseconds from there to the end of the answer's head, all in all.
    pub timeout_ms: u64,
    /// Milliseconds of a claim.
    pub lease_ms: u64,
    /// Milliseconds between looks at the queue.
    pub poll_ms: u64,
    /// So many days events, deliveries and attempts are kept.
    pub keep_days: u32,
}

impl WebhooksConfig {
    /// Which URLs may be registered and called.
    pub fn target_rules(&self) -> TargetRules {
        TargetRules {
            ports: self.ports.clone(),
            allow_plain_loopback: self.allow_plain_loopback,
        }
    }

    /// Which addresses may be called.
    ///
    /// # Errors
    /// When a range is none.
    pub fn addresses(&self) -> Result<Addresses, ipnet::AddrParseError> {
        let forbidden: Result<Vec<IpNet>, _> = self
            .forbidden_ranges
            .iter()
            .map(|range| range.parse())
            .collect();
        Ok(Addresses {
            forbidden: forbidden?,
            allow_loopback: self.allow_plain_loopback,
        })
    }

    /// The keys; `None` where no file is named.
    ///
    /// # Errors
    /// [`KeyringError`]
    pub fn keyring(&self) -> Result<Option<Keyring>, KeyringError> {
        self.key_file.as_deref().map(Keyring::read).transpose()
    }

    /// How much one endpoint may be asked to take.
    pub fn pace(&self) -> Pace {
        Pace {
            at_once: self.at_once_an_endpoint.into(),
            per_second: self.per_second.into(),
        }
    }

    /// The longest that a call may last.
    pub const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    /// How long events are kept.
    pub fn keep(&self) -> Duration {
        Duration::from_hours(24 * u64::from(self.keep_days))
    }
}

impl Default for WebhooksConfig {
    /// The values of the commented defaults.
    fn default() -> Self {
        Self {
            key_file: None,
            ca_file: None,
            ports: Vec::new(),
            forbidden_ranges: Vec::new(),
            allow_plain_loopback: false,
            endpoints_an_edition: 20,
            at_once: 256,
            at_once_an_endpoint: 4,
            per_second: 20,
            connect_timeout_ms: 5_000,
            timeout_ms: 20_000,
            lease_ms: 60_000,
            poll_ms: 500,
            keep_days: 30,
        }
    }
}

impl Validate for WebhooksConfig {
    fn validate(&self, problems: &mut Problems) {
        for (key, value) in [
            ("endpoints_an_edition", u64::from(self.endpoints_an_edition)),
            ("at_once", self.at_once.into()),
            ("at_once_an_endpoint", self.at_once_an_endpoint.into()),
            ("per_second", self.per_second.into()),
            ("connect_timeout_ms", self.connect_timeout_ms),
            ("poll_ms", self.poll_ms),
        ] {
            if value == 0 {
                problems.refuse(key, "must be at least 1");
            }
        }
        if self.timeout_ms < self.connect_timeout_ms {
            problems.refuse("timeout_ms", "must not be below connect_timeout_ms");
        }
        if self.lease_ms < 2 * self.timeout_ms {
            problems.refuse(
                "lease_ms",
                "must be at least twice timeout_ms, or deliveries are made twice",
            );
        }
        if self.keep_days < LEAST_DAYS {
            problems.refuse(
                "keep_days",
                format!(
                    "must be at least {LEAST_DAYS}: the ladder lasts 75 hours, and an endpoint may put off each rung by {} hours",
                    retry_after::LONGEST.as_secs() / 3_600
                ),
            );
        }
        match self.addresses() {
            Err(_) => problems.refuse("forbidden_ranges", "must be ranges such as 203.0.113.0/24"),
            Ok(_) => {
                if let Err(error) = Caller::new(self) {
                    problems.refuse("ca_file", error.to_string());
                }
            }
        }
        if let Err(error) = self.keyring() {
            problems.refuse("key_file", error.to_string());
        }
    }
}
