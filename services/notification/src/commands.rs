//! What this service does, one use case a file.

pub mod adopt_edition;
pub mod announce;
pub mod conclude;
pub mod fate;
pub mod reap;
pub mod receive;
pub mod resolve;
