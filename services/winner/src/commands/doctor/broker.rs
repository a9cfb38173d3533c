//! The broker as its operator sees it: reachable, with the streams and consumers the services want.

use winner_messaging::provision::{Topology, drift};

use super::Finding;
use crate::commands::provision::jetstream_of;
use crate::registry;
use crate::settings::OperatorConfig;

pub(super) async fn examine(config: &OperatorConfig) -> Finding {
    let subject = "broker";
    let jetstream = match jetstream_of(config).await {
        Ok(jetstream) => jetstream,
        Err(error) => {
            return Finding::bad(
                subject,
                error,
                "start NATS, or correct the operator's nats.servers, nats.user and its password; \
                 until then services accept work and keep their events",
            );
        }
    };
    let topology = Topology::new(config.messaging.clone(), registry::consumers());
    match drift(&jetstream, &topology).await {
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
