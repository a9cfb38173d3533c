//! RPCs: parse, authorise, call a use case, say it in the contract's words.

mod errors;
pub mod messages;
mod names;
mod parse;
pub mod webhooks;
