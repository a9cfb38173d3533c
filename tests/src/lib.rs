//! End-to-end tests against real processes, Postgres, NATS and SMTP.
#![allow(
    clippy::large_futures,
    clippy::duration_suboptimal_units,
    clippy::single_match_else,
    clippy::assigning_clones,
    reason = "a test runs once, and says its times as they are measured"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    reason = "this is support of tests: what cannot be done ends the test"
)]

pub mod audience;
pub mod crash;
pub mod edition;
pub mod figures;
pub mod judged;
pub mod raw;
pub mod site;
