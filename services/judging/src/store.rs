//! The only place with SQL: one file a table, free functions over a connection.

pub mod assignments;
pub mod panels;
pub mod rankings;
pub mod results;
pub mod rounds;
pub mod scorecards;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or was not there.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// A row holds what no code ever wrote.
    #[error("{table}.{column} holds {found:?}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What it holds.
        found: String,
    },
}

impl StoreError {
    fn corrupt(table: &'static str, column: &'static str, found: impl Into<String>) -> Self {
        Self::Corrupt {
            table,
            column,
            found: found.into(),
        }
    }
}

/// A count as Postgres keeps it.
fn stored(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A count as Postgres kept it; our checks keep it from being negative.
fn counted(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}
