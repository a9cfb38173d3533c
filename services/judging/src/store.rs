//! The only place with SQL: one file a table, free functions over a connection.

pub mod assignments;
pub(crate) mod figures;
pub mod panels;
pub mod rankings;
pub mod results;
pub mod rounds;
pub mod scorecards;

pub use winner_platform::pg::StoreError;
use winner_platform::pg::{counted, stored};
