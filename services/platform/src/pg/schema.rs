//! Which version a schema is at, so that a process does not become ready on an older one.

use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, PgPool};

/// Why a schema is not ready.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The database cannot be asked, or the table of migrations is not there.
    #[error("cannot read the schema's version")]
    Database(#[from] sqlx::Error),
    /// A table's name that is no plain `schema.table`.
    #[error("{0:?} is no name of a table of migrations")]
    Table(String),
    /// A migration began and did not end well.
    #[error("migration {0} failed half way")]
    Dirty(i64),
    /// The schema is older than this binary needs; run the migrations.
    #[error("the schema is at version {found:?}, this binary needs {expected}")]
    Older {
        /// The last migration applied.
        found: Option<i64>,
        /// The last migration of this binary.
        expected: i64,
    },
}

/// The last migration of a set: what a database must have reached.
pub fn expected_version(migrator: &Migrator) -> i64 {
    migrator
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

/// The last migration recorded in `table`, such as `platform._sqlx_migrations`; `None` when none is.
///
/// # Errors
/// When the table cannot be read, or says that a migration failed.
#[expect(
    clippy::disallowed_methods,
    reason = "which table is asked is known when it runs"
)]
pub async fn schema_version(pool: &PgPool, table: &str) -> Result<Option<i64>, SchemaError> {
    if !table.split('.').all(is_plain) || table.split('.').count() > 2 {
        return Err(SchemaError::Table(table.to_owned()));
    }
    let sql = format!(
        "SELECT   version, success
         FROM     {table}
         ORDER BY success, version DESC
         LIMIT    1"
    );
    // The name was checked above to be plain.
    let row: Option<(i64, bool)> = sqlx::query_as(AssertSqlSafe(sql))
        .fetch_optional(pool)
        .await?;
    match row {
        Some((version, false)) => Err(SchemaError::Dirty(version)),
        Some((version, true)) => Ok(Some(version)),
        None => Ok(None),
    }
}

/// Whether the migrations recorded in `table` have reached `expected`. A newer schema is fine:
/// migrations only add what an older binary does not know.
///
/// # Errors
/// [`SchemaError::Older`] when they have not.
pub async fn ensure_schema(pool: &PgPool, table: &str, expected: i64) -> Result<(), SchemaError> {
    match schema_version(pool, table).await? {
        Some(found) if found >= expected => Ok(()),
        found => Err(SchemaError::Older { found, expected }),
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
