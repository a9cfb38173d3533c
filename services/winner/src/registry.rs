//! The four services as the binary knows them: the one list everything else is derived from.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use sqlx::migrate::Migrator;
use winner_messaging::{ConsumerSpec, Naming};
use winner_platform::config::{self, Problem, Validate};
use winner_proto::event::Visibility;

use crate::cli::Common;
use crate::nats::account::Reader;
use crate::stack::Stack;
use crate::stack::installation::{Installation, on_a_stack};

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
    /// Whether what lies outside reaches it, by a small HTTP listener of its own.
    pub has_public_http: bool,
    /// What it must be told beyond the common sections when it runs on a stack: lines of TOML.
    pub(crate) settings_on_a_stack: fn(&Stack, &Installation) -> Result<String>,
    listen: fn(&Self, &Common) -> Result<SocketAddr>,
    check: fn(&Self, &Common) -> Result<Vec<Problem>>,
    schema: fn() -> schemars::Schema,
}

/// The services, in the order in which they are migrated and started.
pub const SERVICES: &[Service] = &[
    Service {
        name: "intake",
        migrator: &winner_intake::MIGRATOR,
        consumers: winner_intake::CONSUMERS,
        defaults: winner_intake::DEFAULTS,
        peers: &[],
        has_public_http: false,
        settings_on_a_stack: on_a_stack::intake,
        listen: |service, common| Ok(service.load::<winner_intake::Config>(common)?.grpc.listen),
        check: Service::warnings::<winner_intake::Config>,
        schema: || schemars::schema_for!(winner_intake::Config),
    },
    Service {
        name: "matching",
        migrator: &winner_matching::MIGRATOR,
        consumers: winner_matching::CONSUMERS,
        defaults: winner_matching::config::DEFAULTS,
        peers: &["intake", "judging"],
        has_public_http: false,
        settings_on_a_stack: on_a_stack::nothing,
        listen: |service, common| Ok(service.load::<winner_matching::Config>(common)?.grpc.listen),
        check: Service::warnings::<winner_matching::Config>,
        schema: || schemars::schema_for!(winner_matching::Config),
    },
    Service {
        name: "judging",
        migrator: &winner_judging::MIGRATOR,
        consumers: winner_judging::CONSUMERS,
        defaults: winner_judging::config::DEFAULTS,
        peers: &["intake", "matching"],
        has_public_http: false,
        settings_on_a_stack: on_a_stack::nothing,
        listen: |service, common| Ok(service.load::<winner_judging::Config>(common)?.grpc.listen),
        check: Service::warnings::<winner_judging::Config>,
        schema: || schemars::schema_for!(winner_judging::Config),
    },
    Service {
        name: "notification",
        migrator: &winner_notification::MIGRATOR,
        consumers: winner_notification::CONSUMERS,
        defaults: winner_notification::config::DEFAULTS,
        peers: &["intake", "matching", "judging"],
        has_public_http: true,
        settings_on_a_stack: on_a_stack::notification,
        listen: |service, common| {
            Ok(service
                .load::<winner_notification::Config>(common)?
                .grpc
                .listen)
        },
        check: Service::warnings::<winner_notification::Config>,
        schema: || schemars::schema_for!(winner_notification::Config),
    },
];

impl Service {
    /// Reads the service's settings.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn load<T: DeserializeOwned + Validate>(&self, common: &Common) -> Result<T> {
        let file = common.config.as_deref();
        Ok(config::load(
            self.name,
            self.defaults,
            file,
            &env_prefix(self.name),
        )?)
    }

    /// Whether the service's settings are complete, and what in them is allowed but dangerous.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn check(&self, common: &Common) -> Result<Vec<Problem>> {
        (self.check)(self, common)
    }

    /// Where the service answers when its settings decide.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn listen(&self, common: &Common) -> Result<SocketAddr> {
        (self.listen)(self, common)
    }

    /// The JSON Schema of the service's settings.
    pub fn schema(&self) -> schemars::Schema {
        (self.schema)()
    }

    fn warnings<T: DeserializeOwned + Validate>(&self, common: &Common) -> Result<Vec<Problem>> {
        let file = common.config.as_deref();
        let loaded = config::read::<T>(self.name, self.defaults, file, &env_prefix(self.name))?;
        Ok(loaded.warnings)
    }
}

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

/// Host and port of the mail server notification sends through.
///
/// # Errors
/// When notification's settings are wrong.
pub fn mail_server(common: &Common) -> Result<(String, u16)> {
    let config: winner_notification::Config = service("notification")?.load(common)?;
    Ok((config.smtp.host, config.smtp.port))
}
