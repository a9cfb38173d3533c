//! The only place with SQL. A file is a table, or a concern of one.
//!
//! Leases and waits are written and judged by the database's clock alone, so the copies of this
//! service need not agree about the time.

pub mod bodies;
pub mod bounces;
pub mod claims;
pub mod connection_shares;
pub mod decisions;
pub mod editions;
pub(crate) mod figures;
pub mod left_behind;
pub mod mail_addresses;
pub mod messages;
pub mod opt_outs;
pub mod paces;
pub mod receipts;
pub mod relays_down;
pub mod sms_uses;
pub mod states;
pub mod stops;
pub mod suppressions;
pub mod unknowns;
pub mod unreached;
pub mod webhooks;

/// A row that this version of the service cannot read.
#[derive(Debug, thiserror::Error)]
#[error("column {column} of message {message_id} holds something unreadable")]
pub struct Unreadable {
    /// The message.
    pub message_id: uuid::Uuid,
    /// The column.
    pub column: &'static str,
}

impl From<Unreadable> for sqlx::Error {
    fn from(unreadable: Unreadable) -> Self {
        Self::Decode(Box::new(unreadable))
    }
}
