//! The engine as its callers see it: guarantees, reference data, refusals.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

mod alarms;
mod coverage;
mod cut;
mod edge_cases;
mod fuzz;
mod guarantees;
mod kinship;
mod official;
mod order;
mod rankings;
mod record;
mod reml;
mod sparse;
mod support;
