//! SMS: what fits into one, to which numbers it may go, and how a gateway is spoken to.
//!
//! [`alphabet`] is GSM 03.38, [`plain`] turns ordinary text into it and says what was lost, and
//! [`segments`] counts what it costs. [`number`] makes numbers comparable and refuses those that no SMS
//! may go to. [`gateway`] is the description of a provider's HTTP interface. [`caps`] and
//! [`hours`] say whether and when one may go.

pub mod alphabet;
pub mod caps;
pub mod gateway;
pub mod hours;
pub mod number;
pub mod plain;
pub mod segments;
