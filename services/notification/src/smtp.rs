//! Speaks SMTP so that, whatever happens, we know whether a message may be out.
//!
//! `lettre`'s low-level client does the talking, over a socket of ours. Three things are ours because
//! its own transport cannot tell them: every command has a time-out; the final dot is held back until
//! the caller has recorded that it will be written ([`Offered`]); and an outcome says on which side
//! of that point it fell. There is no pool of its own: [`relay::Relay`] keeps a small set of
//! connections, and drops one at its first error.

pub mod config;
mod connection;
pub mod dkim;
mod mail;
mod outcome;
pub mod relay;
mod wire;

pub use connection::{Connection, Offered};
pub use mail::{Envelope, Leaving, Letter, MailError, OutgoingMail, Rendered, Sender};
pub use outcome::{AfterDot, BeforeDot};
pub use relay::Relay;
