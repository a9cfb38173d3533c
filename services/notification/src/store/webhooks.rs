//! Webhooks in the database: endpoints, the events kept for them, deliveries and their attempts.
//!
//! Locks are taken in one order: endpoints by id, then deliveries by id. Times are the database's.

pub mod claims;
pub mod deliveries;
pub mod endpoints;
pub mod outcomes;
pub mod secrets;
pub mod upkeep;

pub use secrets::Sealed;
