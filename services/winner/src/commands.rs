//! The operator's commands, one a file.

pub mod clock;
pub mod config;
pub mod dlq;
pub mod doctor;
pub mod edition;
pub mod guide;
pub mod keys;
pub mod messages;
pub mod metrics;
pub mod migrate;
pub mod provision;
pub mod replay;
pub mod run;
pub mod sms;
pub mod template;
pub mod token;
pub mod up;
pub mod webhook;
