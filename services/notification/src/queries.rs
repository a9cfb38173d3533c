//! What this service answers, one question a file.

pub mod message;
pub mod messages;
pub mod unreached;
pub mod webhooks;
