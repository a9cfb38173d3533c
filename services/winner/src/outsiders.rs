//! Outsiders: other systems that may read PUBLIC events, as the operator's settings name them.

use schemars::JsonSchema;
use serde::Deserialize;
use winner_messaging::{ConsumerSpec, Naming};
use winner_platform::config::{Problems, Validate};
use winner_proto::event::{AGGREGATES, Visibility};

use crate::nats::account::OutsideReader;

/// One outsider: a consumer of its own, lent to an account of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outsider {
    /// Who reads: small letters, digits and `_`; its account, user and consumer are named after it.
    pub name: String,
    /// The service whose events it reads.
    pub service: String,
    /// The PUBLIC aggregate types it reads, such as `submission`.
    pub aggregates: Vec<String>,
}

/// What an outsider's consumer is called after the outsider's name.
const CONSUMER: &str = "events";

impl Outsider {
    /// The consumer to be made for it.
    ///
    /// Consumers are declared by constants everywhere else. These few names are kept as long as the
    /// process, which is one command of the operator.
    pub fn spec(&self) -> ConsumerSpec {
        let aggregates = self.aggregates.iter().map(|name| kept(name)).collect();
        ConsumerSpec {
            owner: kept(&self.name),
            name: CONSUMER,
            producer: kept(&self.service),
            aggregates: Vec::leak(aggregates),
        }
    }

    /// The name of its consumer on the broker.
    pub fn durable(&self) -> String {
        format!("{}-{CONSUMER}", self.name)
    }

    /// What is lent to it, with the place of its password.
    pub(crate) fn reader(&self, naming: &Naming) -> OutsideReader {
        OutsideReader {
            name: self.name.clone(),
            stream: naming.stream(&self.service, Visibility::Public),
            durable: self.durable(),
            password: format!("PASSWORD-OF-outside-{}", self.name).into(),
        }
    }
}

fn kept(text: &str) -> &'static str {
    String::leak(text.to_owned())
}

impl Validate for Outsider {
    fn validate(&self, problems: &mut Problems) {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if self.name.is_empty() || !self.name.bytes().all(plain) {
            problems.refuse("name", "must be of small letters, digits and _");
        }
        if self.aggregates.is_empty() {
            problems.refuse("aggregates", "name at least one aggregate type");
        }
        for wanted in &self.aggregates {
            let public = AGGREGATES.iter().any(|known| {
                known.service == self.service
                    && known.name == wanted
                    && known.visibility == Visibility::Public
            });
            if !public {
                let text = format!("{wanted} is no PUBLIC aggregate type of {}", self.service);
                problems.refuse("aggregates", text);
            }
        }
    }
}

/// Checks each, and that no name is there twice.
pub(crate) fn validate(outsiders: &[Outsider], problems: &mut Problems) {
    for (at, outsider) in outsiders.iter().enumerate() {
        problems.section(&format!("outsiders.{at}"), outsider);
        if outsiders[..at]
            .iter()
            .any(|other| other.name == outsider.name)
        {
            problems.refuse("outsiders", format!("{} is there twice", outsider.name));
        }
    }
}

#[cfg(test)]
mod tests;
