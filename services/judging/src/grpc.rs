//! RPCs become use cases here, and nothing else happens.

mod results;
mod rounds;
mod scoring;

pub use results::Results;
pub use rounds::Rounds;
pub use scoring::Scoring;
