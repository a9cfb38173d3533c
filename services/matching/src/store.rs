//! The only place with SQL: one file a table, free functions over a connection.

pub mod challenges;
pub mod conflicts;
pub mod editions;
pub(crate) mod figures;
pub mod identities;
pub mod judges;
pub mod matches;
pub mod panels;
pub mod rounds;
pub mod submissions;
pub mod waves;

pub use winner_platform::pg::StoreError;
use winner_platform::pg::{counted, stored};
