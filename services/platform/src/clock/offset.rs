//! Shifting business time, for the operator's command line outside production.

use ::time::Duration;
use sqlx::{PgConnection, PgPool};

use super::ClockError;

/// What business time is ahead of the database's time now.
///
/// # Errors
/// When the database cannot be asked or holds no clock.
pub async fn read_offset(pool: &PgPool) -> Result<Duration, ClockError> {
    let seconds = sqlx::query_scalar!(
        r#"
        SELECT extract(epoch FROM "offset")::float8 AS "seconds!"
        FROM   platform.clock
        "#
    )
    .fetch_optional(pool)
    .await?
    .ok_or(ClockError::Missing)?;
    Duration::checked_seconds_f64(seconds).ok_or(ClockError::OutOfRange)
}

/// Whether business time may be shifted here: the system was not installed for production.
///
/// # Errors
/// When the database cannot be asked or holds no clock.
pub async fn offsets_allowed(conn: &mut PgConnection) -> Result<bool, ClockError> {
    let forbidden = sqlx::query_scalar!(
        "SELECT offsets_forbidden
         FROM   platform.clock"
    )
    .fetch_optional(conn)
    .await?
    .ok_or(ClockError::Missing)?;
    Ok(!forbidden)
}

/// Sets what business time is ahead of real time. Needs the owner's role of schema `platform`.
///
/// # Errors
/// [`ClockError::Forbidden`] in production.
pub async fn set_offset(pool: &PgPool, offset: Duration) -> Result<(), ClockError> {
    let updated = sqlx::query!(
        r#"
        UPDATE platform.clock
        SET    "offset" = make_interval(secs => $1)
        "#,
        offset.as_seconds_f64(),
    )
    .execute(pool)
    .await
    .map_err(refused)?;
    if updated.rows_affected() == 1 {
        Ok(())
    } else {
        Err(ClockError::Missing)
    }
}

/// Moves business time on by `by` more than it is ahead already; answers the new offset.
///
/// # Errors
/// [`ClockError::Forbidden`] in production.
pub async fn advance_offset(pool: &PgPool, by: Duration) -> Result<Duration, ClockError> {
    let seconds = sqlx::query_scalar!(
        r#"
        UPDATE platform.clock
        SET    "offset" = "offset" + make_interval(secs => $1)
        RETURNING extract(epoch FROM "offset")::float8 AS "seconds!"
        "#,
        by.as_seconds_f64(),
    )
    .fetch_optional(pool)
    .await
    .map_err(refused)?
    .ok_or(ClockError::Missing)?;
    Duration::checked_seconds_f64(seconds).ok_or(ClockError::OutOfRange)
}

/// The table's constraint is what forbids an offset; its name tells it from other failures.
fn refused(error: sqlx::Error) -> ClockError {
    match error
        .as_database_error()
        .and_then(|error| error.constraint())
    {
        Some("clock_offset_allowed") => ClockError::Forbidden,
        _ => ClockError::Database(error),
    }
}
