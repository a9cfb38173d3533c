//! What judging decides, without knowing how it is asked or where it is kept.

pub mod assignment;
pub mod ids;
pub mod ranking;
pub mod round;
pub mod rules;
pub mod scorecard;
