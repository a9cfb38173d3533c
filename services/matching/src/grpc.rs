//! RPCs become use cases here, and nothing else happens.

mod judges;
mod matches;
mod panels;

pub use judges::Judges;
pub use matches::Matches;
pub use panels::Panels;
