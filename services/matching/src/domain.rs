//! What matching decides, without knowing how it is asked or where it is kept.

pub mod conflicts;
pub mod ids;
pub mod judge;
pub mod matches;
pub mod panel;
pub mod planning;
pub mod proposing;
pub mod score;
