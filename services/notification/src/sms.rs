//! SMS through a gateway's HTTP interface: its settings, its client, and its receipts. What a gateway
//! is like stands in a description; see [`winner_notification_core::sms::gateway`].

pub mod client;
pub mod config;
pub mod profiles;
pub mod receipts;
