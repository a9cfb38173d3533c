//! RPCs: parse, authorise, call a use case, say it in the contract's words.

mod errors;
pub mod messages;
mod names;
pub mod webhooks;
