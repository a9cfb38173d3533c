//! What people and services ask of matching: one file a question.

pub mod conflicts;
pub mod judge;
pub(crate) mod known;
pub mod matches;
pub mod panel;
