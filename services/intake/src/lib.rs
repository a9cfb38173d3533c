//! The intake service: editions, people, organisations, challenges, submissions, screening.
//!
//! It owns every person and every text; the others learn ids, and ask for the rest when they need
//! it. A submission accepted in time is never lost, one that arrived late is never accepted:
//! `grpc/submissions/submit.rs`, `commands/submit.rs` and `domain/submission/seal.rs` say how.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

use winner_messaging::ConsumerSpec;

mod commands;
pub mod config;
mod context;
pub mod domain;
#[cfg(test)]
mod fixtures;
mod grpc;
mod jobs;
mod messages;
mod metrics;
pub mod points;
mod queries;
mod refusal;
mod rules;
mod run;
mod store;
#[cfg(test)]
mod tests;

pub use config::{Config, DEFAULTS};
pub use domain::edition::check::check;
pub use domain::edition::{EditionRules, FieldProblem};
pub use metrics::METRICS;
pub use run::{RunError, run};

/// The migrations of the schema `intake`.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// What intake reads of others' events: nothing yet.
pub const CONSUMERS: &[ConsumerSpec] = &[];
