//! The engine against brute force, against published results, and against files that are broken.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "small numbers"
)]

mod bad_files;
mod bad_input;
mod capped;
mod fairness;
mod indonesian_likeness;
mod late_changes;
mod max_total;
mod panel_rules;
mod stable;
mod support;
mod text_likeness;
