//! Calling endpoints outside the cluster: the settings, the key that seals secrets, and a client that goes
//! only where it may.
//!
//! What needs no network or file is in `winner_notification_core::webhook`.

pub mod caller;
pub mod config;
pub mod envelope;
pub mod keyring;
mod prompt;
pub mod resolver;
mod tls;

pub use caller::{Call, Caller, CallerError};
pub use config::WebhooksConfig;
pub use keyring::Keyring;
