//! Making the broker's streams and durable consumers, and saying when they have drifted.
//!
//! Run by the operator's `provision` command and not by each process, so that two versions of a
//! service never fight over a configuration. Idempotent; refuses what could lose an event.

mod apply;
mod plan;
mod wanted;

use async_nats::jetstream;
use winner_proto::event::{AGGREGATES, AggregateDescriptor};

use crate::config::NodeConfig;
use crate::consumer::ConsumerSpec;

pub use plan::Change;

/// What an installation should have on its broker.
#[derive(Clone, Debug)]
pub struct Topology {
    /// Root, prefix, time-outs.
    pub config: NodeConfig,
    /// The aggregate types of every service.
    pub contracts: &'static [AggregateDescriptor],
    /// The consumers of winner's own services.
    pub consumers: Vec<ConsumerSpec>,
    /// The consumers of outsiders: `owner` is the outsider's name. They read PUBLIC streams only.
    pub outside: Vec<ConsumerSpec>,
    /// Copies of each stream: 1 on a single server, 3 on a cluster.
    pub replicas: usize,
    /// The most bytes a stream may hold before the broker refuses more; -1 without limit.
    pub max_bytes: i64,
}

impl Topology {
    /// Winner's own streams with these consumers, one copy, without limit.
    pub fn new(config: NodeConfig, consumers: Vec<ConsumerSpec>) -> Self {
        Self {
            config,
            contracts: AGGREGATES,
            consumers,
            outside: Vec::new(),
            replicas: 1,
            max_bytes: -1,
        }
    }
}

/// What was done, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every change, in the order they were made.
    pub changes: Vec<Change>,
}

/// Why the broker is not as wanted.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// A change could lose events, or an aggregate's place: made by a person or not at all.
    #[error("{subject} differs in {}: refused, because events could be lost", fields.join(", "))]
    Destructive {
        /// The stream or consumer.
        subject: String,
        /// What differs.
        fields: Vec<String>,
    },
    /// A consumer reads what its producer does not say.
    #[error("consumer {consumer} reads {aggregate} of {producer}, which no contract has there")]
    UnknownAggregate {
        /// The consumer.
        consumer: String,
        /// The service it reads.
        producer: String,
        /// The aggregate type.
        aggregate: String,
    },
    /// An outsider asks for what is internal.
    #[error("outside consumer {consumer} reads {aggregate}, which is internal")]
    NotPublic {
        /// The consumer.
        consumer: String,
        /// The aggregate type.
        aggregate: String,
    },
    /// The broker did not answer, or refused.
    #[error("the broker refused: {subject}")]
    Broker {
        /// What was asked for.
        subject: String,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ProvisionError {
    pub(crate) fn broker(
        subject: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Broker {
            subject: subject.into(),
            source: Box::new(source),
        }
    }
}

/// Makes what is missing, changes what may be changed, and refuses the rest before changing
/// anything.
///
/// # Errors
/// See [`ProvisionError`].
pub async fn provision(
    jetstream: &jetstream::Context,
    topology: &Topology,
) -> Result<Report, ProvisionError> {
    let changes = plan::plan(jetstream, topology).await?;
    for change in &changes {
        apply::apply(jetstream, change).await?;
    }
    Ok(Report { changes })
}

/// What [`provision`] would do. Empty when the broker is as wanted.
///
/// # Errors
/// See [`ProvisionError`].
pub async fn drift(
    jetstream: &jetstream::Context,
    topology: &Topology,
) -> Result<Vec<Change>, ProvisionError> {
    plan::plan(jetstream, topology).await
}
