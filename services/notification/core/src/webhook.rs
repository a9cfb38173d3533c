//! Webhooks: how a delivery is signed, when it is tried again, where it may go.
//!
//! Standard Webhooks 1.0.0 (standardwebhooks.com) over CloudEvents 1.0 in structured mode. The parts in the
//! order of a delivery: [`filter`] chooses the events, [`cloud_event`] writes the body, [`target`] and
//! [`addresses`] say whether it may go there, [`signature`] signs it, [`answer`] judges what came back,
//! [`ladder`] and [`fate`] say what becomes of the delivery, and [`health`] when to stop calling an endpoint at all.

pub mod addresses;
pub mod answer;
pub mod cloud_event;
pub mod fate;
pub mod filter;
pub mod health;
pub mod ladder;
pub mod retry_after;
pub mod secret;
pub mod signature;
pub mod target;
