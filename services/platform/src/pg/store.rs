//! How a store fails, and what that is to a caller.

use crate::error::ApiError;

/// What can go wrong with a store.
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
    /// A row that holds what no code ever wrote.
    pub fn corrupt(table: &'static str, column: &'static str, found: impl Into<String>) -> Self {
        Self::Corrupt {
            table,
            column,
            found: found.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Sql(error) => database_error(error),
            corrupt @ StoreError::Corrupt { .. } => Self::internal(corrupt),
        }
    }
}

/// A database's refusal as an answer: worth another try where it is passing, else our mistake.
pub fn database_error(error: sqlx::Error) -> ApiError {
    if is_transient(&error) {
        ApiError::unavailable("postgres", error)
    } else {
        ApiError::internal(error)
    }
}

/// Another attempt may succeed: a lock, a statement or a connection failed, not the request.
pub fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            // Classes: 08 connection, 40 rolled back (serialisation, deadlock), 53 resources,
            // 57 cancelled or shutting down. 25P03 and 25P04: idle or in a transaction too long;
            // 55P03: lock not available.
            ["08", "40", "53", "57"]
                .iter()
                .any(|class| code.starts_with(class))
                || matches!(code.as_ref(), "25P03" | "25P04" | "55P03")
        }),
        _ => false,
    }
}

/// A count as Postgres keeps it.
pub fn stored(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A count as Postgres kept it; the tables' checks keep it from being negative.
pub fn counted(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    #[test]
    fn a_used_up_pool_is_worth_another_try_and_a_wrong_row_is_not() {
        assert_eq!(
            ApiError::from(StoreError::Sql(sqlx::Error::PoolTimedOut)).code(),
            Code::Unavailable
        );
        let corrupt = StoreError::corrupt("crates", "state", "?");
        assert_eq!(ApiError::from(corrupt).code(), Code::Internal);
        let missing = StoreError::Sql(sqlx::Error::RowNotFound);
        assert_eq!(ApiError::from(missing).code(), Code::Internal);
    }
}
