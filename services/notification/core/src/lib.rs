//! What messages are made of, and what comes back: pure, without I/O.
//!
//! Everything about the three channels that needs neither a network nor a database: [`sms`] (the GSM
//! alphabet, segments, numbers, the description of a gateway), [`mail`] (tokens in return paths, what a
//! bounce says) and [`webhook`] (signatures, the ladder of retries, which addresses may be called).

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

pub mod addresses;
pub mod mail;
pub mod sms;
pub mod webhook;
