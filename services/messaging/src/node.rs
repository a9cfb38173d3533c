//! A service's part in the exchange of events: its relay, its consumers, and what measures them.

use std::sync::Arc;

use winner_platform::lifecycle::{Shutdown, Tasks};
use winner_proto::event::{AGGREGATES, AggregateDescriptor};

use crate::config::NodeConfig;
use crate::consumer::{ConsumerSpec, Consuming, Inlet};
use crate::event_log::SharedLog;
use crate::ledger::Ledger;
use crate::metrics;
use crate::nats;
use crate::reaction::Reactions;
use crate::relay::Relay;

/// One service's node, to be given its consumers and started.
///
/// ```ignore
/// Node::new(config.messaging, ledger, nats, "depot")
///     .consume(&CONSUMERS[0], reactions, event_log::client("yard", channel))
///     .start(&tasks, &shutdown);
/// ```
pub struct Node {
    config: Arc<NodeConfig>,
    ledger: Ledger,
    client: async_nats::Client,
    service: &'static str,
    contracts: &'static [AggregateDescriptor],
    consumers: Vec<(ConsumerSpec, Box<dyn Consuming>)>,
}

impl Node {
    /// A node of `service` that publishes and, so far, consumes nothing.
    pub fn new(
        config: NodeConfig,
        ledger: Ledger,
        client: async_nats::Client,
        service: &'static str,
    ) -> Self {
        Self {
            config: Arc::new(config),
            ledger,
            client,
            service,
            contracts: AGGREGATES,
            consumers: Vec::new(),
        }
    }

    /// Other contracts than winner's own; for tests of this machinery.
    #[must_use]
    pub const fn with_contracts(mut self, contracts: &'static [AggregateDescriptor]) -> Self {
        self.contracts = contracts;
        self
    }

    /// Reads as `spec` says, reacting with `reactions`; what was missed is read from `log`, the
    /// producer's.
    #[must_use]
    pub fn consume<R: Reactions>(
        mut self,
        spec: &ConsumerSpec,
        reactions: R,
        log: SharedLog,
    ) -> Self {
        let inlet = Inlet::new(
            *spec,
            self.ledger.clone(),
            reactions,
            log,
            Arc::clone(&self.config),
        );
        self.consumers.push((*spec, Box::new(inlet)));
        self
    }

    /// Runs everything until `shutdown`: pulling stops at its soft stage, what is in hand is
    /// finished, the relay drains what is committed; at its hard stage everything is let go.
    pub fn start(self, tasks: &Tasks, shutdown: &Shutdown) {
        let ack_timeout = std::time::Duration::from_millis(self.config.relay_ack_timeout_ms);
        let jetstream = nats::jetstream(self.client.clone(), ack_timeout);
        let relay = Relay::new(
            self.ledger.clone(),
            jetstream.clone(),
            self.service,
            Arc::clone(&self.config),
        );
        tasks.spawn("relay", relay.run(shutdown.clone()));
        let specs: Vec<ConsumerSpec> = self.consumers.iter().map(|(spec, _)| *spec).collect();
        for (_, consumer) in self.consumers {
            consumer.start(&jetstream, self.contracts, tasks, shutdown);
        }
        tasks.spawn(
            "messaging_gauges",
            metrics::watch(
                self.service,
                self.ledger,
                jetstream,
                self.contracts,
                specs,
                self.config,
                shutdown.soft.clone(),
            ),
        );
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node")
            .field("service", &self.service)
            .field("config", &self.config)
            .field("consumers", &self.consumers.len())
            .finish_non_exhaustive()
    }
}

/// Whether the broker is connected; for readiness of services that need it.
pub fn is_connected(client: &async_nats::Client) -> bool {
    client.connection_state() == async_nats::connection::State::Connected
}
