//! What SMS were sent lately and what they cost: for the caps, which all copies of this service share.

use std::collections::HashMap;

use sqlx::{PgConnection, PgPool};
use time::{Date, OffsetDateTime};
use winner_notification_core::sms::caps::{Book, NumberHash};

use crate::domain::message::Fence;
use crate::domain::reason::Reason;

/// One SMS that passes its point of no return.
#[derive(Debug, Clone, Copy)]
pub struct Use {
    /// The token of its claim.
    pub fence: Fence,
    /// Its number.
    pub number: NumberHash,
    /// What it costs.
    pub rupiah: u64,
}

/// Lets one copy at a time book, until its transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('notification.sms_uses', 0)) IS NULL AS locked")
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// What these numbers got in the last day, and what this day cost so far. Says the database's time, too.
///
/// # Errors
/// The database's.
pub async fn lately(
    conn: &mut PgConnection,
    numbers: &[NumberHash],
) -> Result<(Book, OffsetDateTime), sqlx::Error> {
    let today = sqlx::query!(
        r#"
        SELECT    t.now AS "now!", d.rupiah AS "rupiah?"
        FROM      (SELECT clock_timestamp() AS now) AS t
        LEFT JOIN notification.sms_days AS d ON d.day = (t.now AT TIME ZONE 'Asia/Jakarta')::date
        "#
    )
    .fetch_one(&mut *conn)
    .await?;
    let hashes: Vec<Vec<u8>> = numbers.iter().map(|number| number.to_vec()).collect();
    // Index sms_uses_number.
    let rows = sqlx::query!(
        r#"
        SELECT   number_hash, at
        FROM     notification.sms_uses
        WHERE    number_hash = ANY ($1)
        AND      at > $2::timestamptz - interval '1 day'
        ORDER BY at
        "#,
        &hashes,
        today.now,
    )
    .fetch_all(conn)
    .await?;
    let mut book = Book {
        rupiah_today: today
            .rupiah
            .and_then(|spent| u64::try_from(spent).ok())
            .unwrap_or(0),
        ..Book::default()
    };
    for row in rows {
        if let Ok(number) = row.number_hash.try_into() {
            book.sent.entry(number).or_default().push(row.at);
        }
    }
    Ok((book, today.now))
}

/// Those of these numbers that nothing is sent to, and why.
///
/// # Errors
/// The database's.
pub async fn suppressed(
    conn: &mut PgConnection,
    numbers: &[NumberHash],
) -> Result<HashMap<NumberHash, Reason>, sqlx::Error> {
    let hashes: Vec<Vec<u8>> = numbers.iter().map(|number| number.to_vec()).collect();
    let rows = sqlx::query!(
        r#"
        SELECT address_hash, reason
        FROM   notification.suppressions
        WHERE  channel = 'sms'
        AND    address_hash = ANY ($1)
        "#,
        &hashes,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let number = row.address_hash.try_into().ok()?;
            let reason = Reason::from_code(&row.reason).unwrap_or(Reason::AddressBounced);
            Some((number, reason))
        })
        .collect())
}

/// Notes SMS that passed their point of no return, at `now`, on the day `day` of Jakarta.
///
/// # Errors
/// The database's.
pub async fn note(
    conn: &mut PgConnection,
    uses: &[Use],
    now: OffsetDateTime,
    day: Date,
) -> Result<(), sqlx::Error> {
    let fences: Vec<i64> = uses.iter().map(|one| one.fence.0).collect();
    let numbers: Vec<Vec<u8>> = uses.iter().map(|one| one.number.to_vec()).collect();
    let rupiah: Vec<i64> = uses
        .iter()
        .map(|one| i64::try_from(one.rupiah).unwrap_or(i64::MAX))
        .collect();
    sqlx::query!(
        r#"
        WITH noted AS (
            INSERT INTO notification.sms_uses (fence, number_hash, rupiah, day, at)
            SELECT n.fence, n.number_hash, n.rupiah, $4, $5
            FROM   unnest($1::bigint[], $2::bytea[], $3::bigint[]) AS n (fence, number_hash, rupiah)
            RETURNING rupiah
        )
        INSERT INTO notification.sms_days AS d (day, rupiah)
        SELECT      $4, coalesce(sum(rupiah), 0)::bigint FROM noted
        ON CONFLICT (day)
        DO UPDATE   SET rupiah = d.rupiah + excluded.rupiah
        "#,
        &fences,
        &numbers,
        &rupiah,
        day,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes an SMS back that certainly did not go out after all: it counts and costs nothing.
///
/// # Errors
/// The database's.
pub async fn take_back(pool: &PgPool, fence: Fence) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"
        WITH gone AS (
            DELETE FROM notification.sms_uses WHERE fence = $1 RETURNING day, rupiah
        )
        UPDATE notification.sms_days AS d
        SET    rupiah = greatest(d.rupiah - gone.rupiah, 0)
        FROM   gone
        WHERE  d.day = gone.day
        "#,
        fence.0,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets what no cap asks about any more; days are kept for a year.
///
/// # Errors
/// The database's.
pub async fn forget(pool: &PgPool) -> Result<(), sqlx::Error> {
    // Index sms_uses_at.
    sqlx::query!(
        "DELETE FROM notification.sms_uses WHERE at < clock_timestamp() - interval '25 hours'"
    )
    .execute(pool)
    .await?;
    sqlx::query!("DELETE FROM notification.sms_days WHERE day < current_date - 366")
        .execute(pool)
        .await?;
    Ok(())
}
