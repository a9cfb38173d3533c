//! Who may say and hear what on the broker: one account per installation, one user per service.
//!
//! The same plan makes the configuration of the embedded server and of a production one
//! (`winner provision --nats-accounts`), so what tests show about isolation holds where it counts.

pub mod account;
pub mod config;
pub mod login;
