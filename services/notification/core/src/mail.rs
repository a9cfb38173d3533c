//! E-mail: what its return paths say, how it is signed, and what comes back.
//!
//! A mail goes out with a return path of its own ([`return_path`]), so that whatever comes back says
//! which message it is about, whoever wrote it. [`bounce`] reads what came back, [`unsubscribe`] makes
//! links that need no login, [`dkim`] prepares a signature over the very bytes that are sent, and
//! [`address`] tells which spellings of an address are one mailbox.

pub mod address;
mod base32;
pub mod bounce;
pub mod dkim;
pub mod keys;
pub mod return_path;
pub mod unsubscribe;
