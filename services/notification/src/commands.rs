//! What this service does, one use case a file.

pub mod adopt_edition;
pub mod announce;
pub mod cancel;
pub mod conclude;
pub mod fate;
pub mod leave;
pub mod one_message;
pub mod outlast;
pub mod reap;
pub mod receive;
pub mod resend;
pub mod resolve;
pub mod stop;
pub mod take_bounce;
pub mod webhooks;
