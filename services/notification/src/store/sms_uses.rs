//! What SMS were sent lately and what they cost: for the caps, which all copies of this service share.

use std::collections::HashMap;

use sqlx::{PgConnection, PgPool, Postgres, Transaction};
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

/// Begins a transaction in which this copy alone books, until it ends.
///
/// # Errors
/// The database's.
pub async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    // One question and answer instead of two: everybody waits for this.
    pool.begin_with(
        "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('notification.sms_uses', 0))",
    )
    .await
}

/// What there is to know about numbers that are about to get an SMS.
#[derive(Debug)]
pub struct Lately {
    /// The database's time.
    pub now: OffsetDateTime,
    /// What they got in the last day, and what this day cost so far.
    pub book: Book,
    /// Those that nothing is sent to, and why.
    pub suppressed: HashMap<NumberHash, Reason>,
}

/// Reads what there is to know about these numbers.
///
/// # Errors
/// The database's.
pub async fn lately(
    conn: &mut PgConnection,
    numbers: &[NumberHash],
) -> Result<Lately, sqlx::Error> {
    let hashes: Vec<Vec<u8>> = numbers.iter().map(|number| number.to_vec()).collect();
    // One row for the day, then one for each use (index sms_uses_number) and each suppressed number.
    let rows = sqlx::query!(
        r#"
        WITH today AS (SELECT clock_timestamp() AS now)
        SELECT    t.now AS "at!", NULL::bytea AS number_hash, NULL::text AS reason,
                  d.rupiah AS "rupiah?"
        FROM      today AS t
        LEFT JOIN notification.sms_days AS d ON d.day = (t.now AT TIME ZONE 'Asia/Jakarta')::date
        UNION ALL
        (
            SELECT   u.at, u.number_hash, NULL, NULL
            FROM     notification.sms_uses AS u, today AS t
            WHERE    u.number_hash = ANY ($1)
            AND      u.at > t.now - interval '1 day'
            ORDER BY u.at
        )
        UNION ALL
        SELECT    s.since, s.address_hash, s.reason, NULL
        FROM      notification.suppressions AS s
        WHERE     s.channel = 'sms'
        AND       s.address_hash = ANY ($1)
        "#,
        &hashes,
    )
    .fetch_all(conn)
    .await?;
    let mut lately = Lately {
        now: OffsetDateTime::UNIX_EPOCH,
        book: Book::default(),
        suppressed: HashMap::new(),
    };
    for row in rows {
        let number = row.number_hash.and_then(|hash| hash.try_into().ok());
        match (number, row.reason) {
            (None, _) => {
                lately.now = row.at;
                let spent = row.rupiah.and_then(|spent| u64::try_from(spent).ok());
                lately.book.rupiah_today = spent.unwrap_or(0);
            }
            (Some(number), None) => lately.book.sent.entry(number).or_default().push(row.at),
            (Some(number), Some(reason)) => {
                let reason = Reason::from_code(&reason).unwrap_or(Reason::AddressBounced);
                lately.suppressed.insert(number, reason);
            }
        }
    }
    for sent in lately.book.sent.values_mut() {
        sent.sort_unstable();
    }
    Ok(lately)
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
