//! What people ask of judging: one file a question.

pub mod entry;
pub mod queue;
pub mod ranking;
pub mod result;
pub mod round;
