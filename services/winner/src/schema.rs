//! Schemas, roles and migrations of one database.
//!
//! Each service has a schema, an owner role that nobody logs in as, and a runtime role that may
//! read and write rows there and nothing else. The migrator may become any owner. Roles belong to
//! the whole cluster, so their names begin with a prefix: `winner` in an installation, the
//! database's name in tests that share a cluster.

pub mod migrate;
pub mod names;
pub mod roles;
mod scram;
pub(crate) mod sql;
