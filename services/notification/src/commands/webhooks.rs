//! What is done with endpoints and deliveries, one use case a file.

pub mod conclude;
pub mod create;
pub mod delete;
pub mod error;
pub mod fan_out;
pub mod replay;
pub mod rotate;
pub mod tell;
pub mod test;
pub mod update;

pub use error::WebhookError;
