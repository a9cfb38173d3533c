//! The only place with SQL. One file a table; functions over a connection, so that the caller
//! decides what one transaction holds.

pub(crate) mod challenges;
pub(crate) mod contact_reads;
pub(crate) mod editions;
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
            Self::Database(error) => is_transient(error),
            Self::Inconsistent { .. } => false,
        }
    }
}

/// Another attempt may succeed: a lock, a statement or a connection failed, not the request.
pub(crate) fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            // Classes: 08 connection, 40 rolled back (serialisation, deadlock), 53 resources,
            // 57 cancelled or shutting down. 25P03: idle too long; 55P03: lock not available.
            ["08", "40", "53", "57"]
                .iter()
                .any(|class| code.starts_with(class))
                || matches!(code.as_ref(), "25P03" | "25P04" | "55P03")
        }),
        _ => false,
    }
}

/// The row exists already: a unique key refused it.
pub(crate) fn is_duplicate(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
