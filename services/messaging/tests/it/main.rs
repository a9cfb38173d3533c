//! The delivery guarantees, against a real Postgres and a real broker.
//!
//! Postgres is the one of `DATABASE_URL`, the broker's binary that of `WINNER_NATS_SERVER`; without
//! them a test says that it was left out. Each test has a database and a broker of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests look into tables by SQL of their own, and hear from the environment where servers are"
)]

mod appending;
mod broker_faults;
mod consuming;
mod crashes;
mod dead_letters;
mod provisioning;
mod relaying;
mod replaying;
mod requests;

#[path = "../support/support.rs"]
mod support;
