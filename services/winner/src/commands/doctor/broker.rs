//! The broker as its operator sees it: reachable, with the streams and consumers the services want,
//! room for more, and somebody who reads.

use async_nats::jetstream::Context;
use async_nats::jetstream::stream::Stream;
use winner_messaging::provision::{Topology, drift};
use winner_proto::event::Visibility;

use super::{Finding, consumers, streams};
use crate::commands::provision::{jetstream_of, topology_of};
use crate::registry::SERVICES;
use crate::settings::OperatorConfig;

pub(super) async fn examine(config: &OperatorConfig, now: std::time::Duration) -> Vec<Finding> {
    let jetstream = match jetstream_of(config).await {
        Ok(jetstream) => jetstream,
        Err(error) => {
            return vec![Finding::bad(
                "broker",
                error,
                "start NATS, or correct the operator's nats.servers, nats.user and its password; \
                 until then services accept work and keep their events",
            )];
        }
    };
    let there = streams_of(&jetstream, config).await;
    let topology = sized_as(there.first(), topology_of(config));
    let mut findings = vec![as_wanted(&jetstream, &topology).await];
    findings.extend(streams::examine(&jetstream, &there).await);
    findings.extend(consumers::examine(&there, config, now).await);
    findings
}

/// How many copies a stream has and what it may hold were arguments of `provision`, and stand in no settings: what the first
/// stream has was chosen, and the others must have the same.
fn sized_as(first: Option<&Stream>, wanted: Topology) -> Topology {
    let Some(config) = first.map(|stream| &stream.cached_info().config) else {
        return wanted;
    };
    Topology {
        replicas: config.num_replicas,
        max_bytes: config.max_bytes,
        ..wanted
    }
}

/// The services' streams. One that is not there is told with what is to be provisioned.
async fn streams_of(jetstream: &Context, config: &OperatorConfig) -> Vec<Stream> {
    let naming = config.messaging.naming();
    let mut there = Vec::new();
    for service in SERVICES {
        for side in [Visibility::Public, Visibility::Internal] {
            there.extend(
                jetstream
                    .get_stream(naming.stream(service.name, side))
                    .await,
            );
        }
    }
    there
}

async fn as_wanted(jetstream: &Context, topology: &Topology) -> Finding {
    let subject = "broker";
    match drift(jetstream, topology).await {
        Ok(changes) if changes.is_empty() => {
            Finding::good(subject, "answers; streams and consumers are as wanted")
        }
        Ok(changes) => Finding::bad(
            subject,
            changes
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "),
            "run `winner provision`",
        ),
        Err(error) => Finding::bad(
            subject,
            anyhow::Error::from(error),
            "a stream or consumer was changed by hand: compare it with `winner provision --dry-run`",
        ),
    }
}
