//! End-to-end tests against real processes, Postgres, NATS and SMTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    reason = "this is support of tests: what cannot be done ends the test"
)]

pub mod crash;
pub mod edition;
pub mod judged;
pub mod raw;
pub mod site;
