//! The only place with SQL. One file a table; functions over a connection, so that the caller
//! decides what one transaction holds.

pub(crate) mod challenges;
pub(crate) mod contact_reads;
pub(crate) mod editions;
pub(crate) mod figures;
pub(crate) mod links;
pub(crate) mod memberships;
pub(crate) mod organisations;
pub(crate) mod persons;
pub(crate) mod recipients;
pub(crate) mod screenings;
pub(crate) mod submissions;
pub(crate) mod versions;
pub(crate) mod waves;

/// Why the database gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// A row holds what this service never writes.
    #[error("a row of {table} holds a value of {column} that cannot be")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
}

/// A row that holds what cannot be.
pub(crate) const fn inconsistent(table: &'static str, column: &'static str) -> StoreError {
    StoreError::Inconsistent { table, column }
}

impl StoreError {
    /// Another attempt may succeed: a lock, a statement or a connection failed, not the request.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Database(error) => winner_platform::pg::is_transient(error),
            Self::Inconsistent { .. } => false,
        }
    }
}

/// The row exists already: a unique key refused it.
pub(crate) fn is_duplicate(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
