//! The description of a provider's HTTP interface, and what it makes of a message, an answer and a
//! receipt.
//!
//! Every provider takes an SMS by one HTTP request, and no two alike. What differs is written down: the
//! request with its variables, how success looks, where the provider's id stands, which errors mean *try
//! again* and which *never*, and how its receipts are read and believed. Whatever is not written down is
//! *unknown*: nobody can say that the message is not out.

mod answer;
mod build;
mod json;
mod receipts;
mod request;
mod secrets;
mod signature;
mod template;

pub use answer::{Answer, Find, Refusal, Verdict};
pub use build::{Description, DescriptionError, Gateway};
pub use receipts::{Call, CallError, Meaning, ReceiptSeen};
pub use request::{Method, Outgoing, Request};
pub use secrets::{Secrets, UnusableSecret};
pub use signature::Signature;

#[cfg(test)]
mod tests;
