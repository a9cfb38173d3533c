//! What intake knows without a database, a network or a clock: types, state machines, rules.
//!
//! Time, ids and randomness are arguments.

pub mod blinding;
pub mod challenge;
pub mod closing;
pub mod contact;
pub mod deadline;
pub mod edition;
pub mod form;
pub mod ids;
pub mod membership;
pub mod names;
pub mod office;
pub mod organisation;
pub mod receipt;
pub mod region;
mod region_table;
pub mod screening;
pub mod submission;
pub mod zone;
