//! Turns events of other services into messages.
//!
//! Who is meant is looked up before the transaction; the transaction that moves the cursor creates the
//! messages. One consumer per service that we listen to, and one more for what endpoints
//! outside are told.

pub mod announcing;
pub mod intake;
pub mod judging;
pub mod matching;
pub mod webhooks;

use winner_messaging::ConsumerSpec;

/// Everything this service listens to.
pub const CONSUMERS: &[ConsumerSpec] = &[
    intake::CONSUMER,
    matching::CONSUMER,
    judging::CONSUMER,
    webhooks::INTAKE,
    webhooks::JUDGING,
];
