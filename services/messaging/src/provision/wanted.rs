//! What the contracts and the services' declarations ask of the broker.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, ReplayPolicy, pull};
use async_nats::jetstream::stream;
use winner_proto::event::Visibility;

use crate::consumer::ConsumerSpec;
use crate::provision::{ProvisionError, Topology};

/// The broker drops a second copy of an event that comes within this time; the inbox the later ones.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);

const SIDES: [Visibility; 2] = [Visibility::Public, Visibility::Internal];

/// Every stream: two per service that says anything, a side without aggregates left out.
pub(super) fn streams(topology: &Topology) -> Vec<stream::Config> {
    let mut services: Vec<&str> = topology
        .contracts
        .iter()
        .map(|known| known.service)
        .collect();
    services.sort_unstable();
    services.dedup();
    services
        .into_iter()
        .flat_map(|service| SIDES.map(|side| stream(topology, service, side)))
        .flatten()
        .collect()
}

fn stream(topology: &Topology, service: &str, side: Visibility) -> Option<stream::Config> {
    let naming = topology.config.naming();
    let mut subjects: Vec<String> = topology
        .contracts
        .iter()
        .filter(|known| known.service == service && known.visibility == side)
        .map(|known| naming.aggregate_subjects(service, known.name))
        .collect();
    if subjects.is_empty() {
        return None;
    }
    subjects.push(naming.all_replay_subjects(service, side));
    subjects.sort_unstable();
    Some(stream::Config {
        name: naming.stream(service, side),
        subjects,
        retention: stream::RetentionPolicy::Limits,
        storage: stream::StorageType::File,
        discard: stream::DiscardPolicy::New,
        max_bytes: topology.max_bytes,
        max_messages: -1,
        max_messages_per_subject: -1,
        num_replicas: topology.replicas,
        duplicate_window: DUPLICATE_WINDOW,
        allow_direct: true,
        allow_atomic_publish: true,
        ..stream::Config::default()
    })
}

/// Every durable consumer with the name of its stream.
pub(super) fn consumers(
    topology: &Topology,
) -> Result<Vec<(String, pull::Config)>, ProvisionError> {
    let mut wanted = Vec::new();
    for spec in &topology.consumers {
        ensure_known(topology, spec)?;
        wanted.extend(
            SIDES
                .iter()
                .filter_map(|side| consumer(topology, spec, *side)),
        );
    }
    for spec in &topology.outside {
        ensure_known(topology, spec)?;
        if let Some(aggregate) = spec
            .aggregates_among(topology.contracts, Visibility::Internal)
            .first()
        {
            return Err(ProvisionError::NotPublic {
                consumer: spec.durable(),
                aggregate: (*aggregate).to_owned(),
            });
        }
        wanted.extend(consumer(topology, spec, Visibility::Public));
    }
    Ok(wanted)
}

fn consumer(
    topology: &Topology,
    spec: &ConsumerSpec,
    side: Visibility,
) -> Option<(String, pull::Config)> {
    let naming = topology.config.naming();
    let aggregates = spec.aggregates_among(topology.contracts, side);
    if aggregates.is_empty() {
        return None;
    }
    let durable = spec.durable();
    let mut filters: Vec<String> = aggregates
        .into_iter()
        .map(|aggregate| naming.aggregate_subjects(spec.producer, aggregate))
        .collect();
    filters.push(naming.replay_subjects(spec.producer, side, &durable));
    filters.sort_unstable();
    Some((
        naming.stream(spec.producer, side),
        pull::Config {
            durable_name: Some(durable.clone()),
            name: Some(durable),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            replay_policy: ReplayPolicy::Instant,
            ack_wait: topology.config.ack_wait(),
            max_deliver: -1,
            max_ack_pending: i64::from(topology.config.max_ack_pending),
            filter_subjects: filters,
            ..pull::Config::default()
        },
    ))
}

fn ensure_known(topology: &Topology, spec: &ConsumerSpec) -> Result<(), ProvisionError> {
    for aggregate in spec.aggregates {
        let known = topology
            .contracts
            .iter()
            .any(|known| known.service == spec.producer && known.name == *aggregate);
        if !known {
            return Err(ProvisionError::UnknownAggregate {
                consumer: spec.durable(),
                producer: spec.producer.to_owned(),
                aggregate: (*aggregate).to_owned(),
            });
        }
    }
    Ok(())
}
