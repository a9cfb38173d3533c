//! The broker as its operator sees it: reachable, with the streams and consumers the services want,
//! room for more, and somebody who reads.

use async_nats::jetstream::Context;
use winner_messaging::provision::{Topology, drift};

use super::{Finding, consumers, streams};
use crate::commands::provision::{jetstream_of, topology_of};
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
    let topology = topology_of(config);
    let mut findings = vec![as_wanted(&jetstream, &topology).await];
    findings.extend(streams::examine(&jetstream, config).await);
    findings.extend(consumers::examine(&jetstream, config, now).await);
    findings
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
