//! Takes what comes back over return paths, by LMTP (RFC 2033).
//!
//! A mail server that receives for the domain of return paths brings it here. Whoever can reach the
//! listener can speak to it, so it knows seven commands, takes nothing for an address without a token of
//! ours, and bounds size, time and connections. It is told that a report is taken only once what the
//! report means is stored: until then the mail server keeps it and comes again.

mod command;
mod content;
pub mod listener;
mod session;

pub use session::{Limits, Postmaster, Refusal, Taken};
