//! The judging service: rounds, scorecards, rankings, results.
//!
//! Judges see entries only here, under ids made for them alone; scores are never changed, only
//! followed by newer ones; a ranking is a pure function of what was frozen at the close.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

pub mod commands;
pub mod config;
pub mod context;
mod convert;
pub mod domain;
pub mod errors;
pub mod grpc;
mod metrics;
pub mod queries;
pub mod reactions;
mod run;
pub mod store;

pub use config::Config;
pub use metrics::METRICS;
pub use reactions::CONSUMERS;
pub use run::run;

/// The migrations of the schema `judging`.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
