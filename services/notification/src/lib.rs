//! The notification service: tells people what happened, never twice, and says when it cannot know.
//!
//! An event of another service becomes messages in the transaction that takes it ([`reactions`]); a
//! sender claims them in batches and speaks SMTP ([`jobs`], [`smtp`]); what may or may not have gone
//! out is `unknown`, and is settled by a late answer or an organiser, never by sending again.
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
pub mod directory;
pub mod domain;
pub mod grpc;
pub mod http;
pub mod jobs;
pub mod lmtp;
mod metrics;
pub mod points;
pub mod queries;
pub mod reactions;
mod service;
pub mod sms;
pub mod smtp;
pub mod store;
pub mod templates;
pub mod webhooks;

pub use config::{Config, DEFAULTS};
pub use metrics::METRICS;
pub use reactions::CONSUMERS;
pub use service::{RunError, run};

/// The migrations of schema `notification`, applied after messaging's.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
