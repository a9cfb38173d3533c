//! The matching service: judges' expertise and conflicts, matches of submissions with challenges,
//! and panels.
//!
//! It keeps its own copies of challenges and submissions, blinded, and knows people by id only. Two
//! decisions are made here and nowhere else: who must not see what ([`domain::conflicts`]), and who
//! reviews what ([`domain::planning`]).
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

/// The migrations of the schema `matching`.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
