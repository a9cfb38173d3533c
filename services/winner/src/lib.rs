//! The one binary: a role per service and the operator's commands.
//!
//! A library as well, so that the end-to-end tests start the same servers and processes that
//! `winner up` and `winner demo` start.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

pub mod assign;
pub mod cli;
pub mod commands;
pub mod demo;
pub mod edition;
pub(crate) mod keys;
#[cfg(feature = "failpoints")]
pub mod kill_at;
pub mod match_lists;
pub mod nats;
pub mod outsiders;
pub mod person;
pub mod rank;
pub mod registry;
pub mod schema;
pub mod settings;
pub mod stack;
pub mod verify;
pub mod workload;
