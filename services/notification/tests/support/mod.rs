//! What the tests of this crate share.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file uses a part of it, and tests may panic"
)]

pub mod broker;
pub mod calls;
pub mod gateway;
pub mod hooks;
pub mod intake;
pub mod kannel;
pub mod messages;
pub mod office;
pub mod outsider;
pub mod postfix;
pub mod receiver;
pub mod relay;
pub mod returns;
pub mod sink;
pub mod texting;
pub mod witness;
