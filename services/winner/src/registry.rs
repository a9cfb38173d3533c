//! The four services as the binary knows them: the one list everything else is derived from.

use sqlx::migrate::Migrator;

use crate::nats::account::Reader;

/// What the operator's commands need to know of one service.
#[derive(Debug)]
pub struct Service {
    /// Its name, which is also its schema's and its first subject token.
    pub name: &'static str,
    /// Its own migrations, applied after messaging's.
    pub migrator: &'static Migrator,
}

static NONE_YET: Migrator = Migrator::DEFAULT;
pub(crate) static MESSAGING: &Migrator = &NONE_YET;

/// The services, in the order in which they are migrated and started.
pub const SERVICES: &[Service] = &[
    Service {
        name: "intake",
        migrator: &NONE_YET,
    },
    Service {
        name: "matching",
        migrator: &NONE_YET,
    },
    Service {
        name: "judging",
        migrator: &NONE_YET,
    },
    Service {
        name: "notification",
        migrator: &NONE_YET,
    },
];

/// Every consumer of every service, on streams with this prefix.
pub fn readers(_stream_prefix: &str) -> Vec<Reader> {
    Vec::new()
}

/// The beginning of a role's variables: `WINNER_INTAKE`, as in `WINNER_INTAKE__POSTGRES__URL`.
///
/// Each role has its own, so that `winner all` can give each service its own credentials.
pub fn env_prefix(role: &str) -> String {
    format!("WINNER_{}", role.to_ascii_uppercase())
}
