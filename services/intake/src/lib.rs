//! The intake service.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic"))]

mod commands;
mod context;
pub mod domain;
mod grpc;
mod messages;
pub mod points;
mod queries;
mod refusal;
mod rules;
mod store;
