//! What the tests of this crate share.
#![allow(dead_code, unreachable_pub, clippy::allow_attributes, reason = "each test file uses a part of it")]

pub mod intake;
pub mod office;
pub mod relay;
