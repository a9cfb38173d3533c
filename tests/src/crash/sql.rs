//! What the administrator reads, with the schema in the text: no service does this, and the checked
//! macros cannot.

use anyhow::{Context, Result};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgPool, Row};

/// Every row's columns, as text; `NULL` is the empty text.
///
/// # Errors
/// When the database is away or refuses.
#[expect(
    clippy::disallowed_methods,
    reason = "the schema is part of the text, and this is a test's own look at the tables"
)]
pub async fn rows(admin: &PgPool, text: impl Into<String>) -> Result<Vec<Vec<String>>> {
    let text = text.into();
    let rows = sqlx::query(AssertSqlSafe(text.clone()))
        .fetch_all(admin)
        .await
        .with_context(|| format!("cannot ask: {text}"))?;
    rows.iter().map(columns).collect()
}

/// Runs a script.
///
/// # Errors
/// When the database is away or refuses.
#[expect(clippy::disallowed_methods, reason = "a test's own script")]
pub async fn run(admin: &PgPool, text: impl Into<String>) -> Result<()> {
    let text = text.into();
    sqlx::raw_sql(AssertSqlSafe(text.clone()))
        .execute(admin)
        .await
        .with_context(|| format!("cannot run: {text}"))?;
    Ok(())
}

fn columns(row: &PgRow) -> Result<Vec<String>> {
    (0..row.len())
        .map(|index| {
            let value: Option<String> =
                row.try_get(index).context("every column is cast to text")?;
            Ok(value.unwrap_or_default())
        })
        .collect()
}
