//! Events between services, with the guarantees the whole system stands on: what became true is
//! told at least once, in the order of its aggregate, and taken effect of exactly once.
//!
//! Postgres is the ledger and JetStream the carrier. A command opens a [`Unit`] on the service's
//! [`Ledger`], changes its tables and appends events in the same transaction; the relay publishes
//! them in order and keeps them in `published`; a consumer applies each one in the transaction that
//! moves its cursor; what it missed it reads from the producer's [`event_log`]. This crate knows no
//! service and no word of what the events are about.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

pub mod config;
mod consumer;
pub mod counter;
pub mod dead_letters;
mod envelope;
pub mod event_log;
pub mod figures;
pub mod host;
pub mod ledger;
mod metrics;
pub mod naming;
pub mod nats;
pub mod node;
pub mod once;
mod outbox;
mod percent;
pub mod points;
pub mod provision;
pub mod reaction;
pub mod received;
mod relay;
pub mod replay;
pub mod request;
mod spans;
mod stored;
pub mod unit;

pub use config::NodeConfig;
pub use consumer::ConsumerSpec;
pub use counter::Counter;
pub use ledger::{Ledger, Origin};
pub use metrics::METRICS;
pub use naming::Naming;
pub use node::Node;
pub use once::Begun;
pub use outbox::{Appended, Batch, MAX_EVENT_BYTES, OutboxError};
pub use reaction::{ReactionError, Reactions};
pub use received::Received;
pub use request::{Claim, RequestError, RequestGuard};
pub use unit::Unit;

/// The id of an event: also its `ce-id` and its `Nats-Msg-Id`.
pub type EventId = uuid::Uuid;

/// The migrations of the tables every service has in its own schema. Run it on a connection whose
/// `search_path` is that schema alone; what it applied is kept there in `_messaging_migrations`.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
