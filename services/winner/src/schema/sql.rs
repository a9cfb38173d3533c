//! Statements that define things: their names cannot be bound, so they are quoted here.

use sqlx::{AssertSqlSafe, PgConnection};

/// A name as SQL writes it.
pub(crate) fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A text as SQL writes it.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Runs statements made of fixed words and of names quoted by [`name`] and [`literal`].
pub(crate) async fn run(connection: &mut PgConnection, statements: String) -> sqlx::Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "names of roles and schemas cannot be bound; every one is quoted"
    )]
    sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_inside_are_doubled() {
        assert_eq!(name("a\"b"), "\"a\"\"b\"");
        assert_eq!(literal("a'b"), "'a''b'");
    }
}
