//! The four services as the binary knows them: the one list everything else is derived from.

use anyhow::{Context, Result};
use sqlx::migrate::Migrator;
use winner_messaging::{ConsumerSpec, Naming};
use winner_proto::event::Visibility;

use crate::nats::account::Reader;

/// What the operator's commands need to know of one service.
#[derive(Debug)]
pub struct Service {
    /// Its name, which is also its schema's and its first subject token.
    pub name: &'static str,
    /// Its own migrations, applied after messaging's.
    pub migrator: &'static Migrator,
    /// What it reads of others' events.
    pub consumers: &'static [ConsumerSpec],
    /// The commented defaults of its role.
    pub defaults: &'static str,
    /// The services it calls.
    pub peers: &'static [&'static str],
}

static NONE_YET: Migrator = Migrator::DEFAULT;

/// The services, in the order in which they are migrated and started.
pub const SERVICES: &[Service] = &[
    Service {
        name: "intake",
        migrator: &NONE_YET,
        consumers: &[],
        defaults: "",
        peers: &[],
    },
    Service {
        name: "matching",
        migrator: &NONE_YET,
        consumers: &[],
        defaults: "",
        peers: &["intake"],
    },
    Service {
        name: "judging",
        migrator: &NONE_YET,
        consumers: &[],
        defaults: "",
        peers: &["intake", "matching"],
    },
    Service {
        name: "notification",
        migrator: &NONE_YET,
        consumers: &[],
        defaults: "",
        peers: &["intake"],
    },
];

/// The service of that name.
///
/// # Errors
/// When there is none.
pub fn service(name: &str) -> Result<&'static Service> {
    SERVICES
        .iter()
        .find(|service| service.name == name)
        .with_context(|| {
            format!("there is no service {name}: intake, matching, judging or notification")
        })
}

/// Every consumer of every service.
pub fn consumers() -> Vec<ConsumerSpec> {
    SERVICES
        .iter()
        .flat_map(|service| service.consumers.iter().copied())
        .collect()
}

/// Every durable consumer on the broker: one for each stream a service's consumer needs.
pub fn readers(naming: &Naming) -> Vec<Reader> {
    consumers()
        .iter()
        .flat_map(|spec| {
            [Visibility::Public, Visibility::Internal]
                .into_iter()
                .filter(|visibility| !spec.aggregates_of(*visibility).is_empty())
                .map(|visibility| Reader {
                    service: spec.owner.to_owned(),
                    stream: naming.stream(spec.producer, visibility),
                    durable: spec.durable(),
                })
        })
        .collect()
}

/// The beginning of a role's variables: `WINNER_INTAKE`, as in `WINNER_INTAKE__POSTGRES__URL`.
///
/// Each role has its own, so that `winner all` can give each service its own credentials.
pub fn env_prefix(role: &str) -> String {
    format!("WINNER_{}", role.to_ascii_uppercase())
}
