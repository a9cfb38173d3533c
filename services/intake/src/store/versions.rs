//! Tables `intake.submission_versions` and `intake.receipts`: what was sealed, and the proof of it.

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::{StoreError, inconsistent};
use crate::domain::closing::Accepted;
use crate::domain::ids::{EditionId, PersonId, SubmissionId, WaveId};
use crate::domain::receipt::{Receipt, ReceiptNumber};
use crate::domain::submission::Sealed;
use crate::domain::submission::content::{ContentHash, SealedContent};

/// Draws the count of the next receipt. Counts have holes where a transaction did not commit.
pub(crate) async fn next_receipt_count(conn: &mut PgConnection) -> Result<u64, StoreError> {
    let count = sqlx::query_scalar!(r#"SELECT nextval('intake.receipt_counts') AS "count!""#)
        .fetch_one(conn)
        .await?;
    u64::try_from(count).map_err(|_| inconsistent("receipt_counts", "last_value"))
}

/// Stores a sealed version with its receipt.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    sealed: &Sealed,
    content: &str,
    salt: &[u8; 16],
    receipt: &Receipt,
    by: PersonId,
) -> Result<(), StoreError> {
    let proposal = &sealed.proposal;
    sqlx::query!(
        "WITH version AS (
             INSERT INTO intake.submission_versions
                    (submission_id, version, edition_id, wave_id, edition_version, content, salt,
                     content_hash, arrived_at, sealed_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         )
         INSERT INTO intake.receipts (number, submission_id, version, edition_id, content_hash, arrived_at)
         VALUES ($11, $1, $2, $3, $8, $9)",
        proposal.id.as_uuid(),
        sealed.version,
        proposal.edition.as_str(),
        proposal.wave.as_str(),
        sealed.edition_version,
        content,
        salt.as_slice(),
        receipt.content_hash.as_bytes().as_slice(),
        sealed.arrived.as_offset(),
        by.as_uuid(),
        receipt.number.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The receipts of these submissions' last versions.
pub(crate) async fn receipts(
    conn: &mut PgConnection,
    edition: &EditionId,
    submissions: &[Uuid],
) -> Result<Vec<Receipt>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (submission_id)
                  number, submission_id, version, content_hash,
                  arrived_at AS "arrived_at: BusinessTime"
             FROM intake.receipts
            WHERE submission_id = ANY ($1)
              AND edition_id    = $2
            ORDER BY submission_id, version DESC"#,
        submissions,
        edition.as_str(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Receipt {
                number: ReceiptNumber::from_stored(row.number),
                edition: edition.clone(),
                submission: SubmissionId::from_uuid(row.submission_id),
                version: row.version,
                content_hash: ContentHash::from_bytes(&row.content_hash)
                    .ok_or(inconsistent("receipts", "content_hash"))?,
                arrived: row.arrived_at,
            })
        })
        .collect()
}

/// The sealed versions of a wave, by submission.
///
/// Served by `submission_versions_by_wave`.
pub(crate) async fn of_wave(
    conn: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Accepted>, StoreError> {
    let rows = sqlx::query!(
        "SELECT submission_id, max(version) AS version,
                (array_agg(content_hash ORDER BY version DESC))[1] AS content_hash
           FROM intake.submission_versions
          WHERE edition_id = $1
            AND wave_id    = $2
            AND ($3::uuid IS NULL OR submission_id > $3)
          GROUP BY submission_id
          ORDER BY submission_id
          LIMIT $4",
        edition.as_str(),
        wave.as_str(),
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let wrong = |column| inconsistent("submission_versions", column);
            Ok(Accepted {
                submission: SubmissionId::from_uuid(row.submission_id),
                version: row.version.ok_or(wrong("version"))?,
                content_hash: row
                    .content_hash
                    .and_then(|bytes| ContentHash::from_bytes(&bytes))
                    .ok_or(wrong("content_hash"))?,
            })
        })
        .collect()
}

/// The contents of these submissions' last sealed versions, withdrawn since or not; erased ones are
/// missing.
pub(crate) async fn contents(
    conn: &mut PgConnection,
    edition: &EditionId,
    submissions: &[Uuid],
) -> Result<Vec<(SealedContent, i32)>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT v.content AS "content!", v.edition_version
             FROM intake.submissions         s
             JOIN intake.submission_versions v USING (submission_id, version)
            WHERE s.submission_id = ANY ($1)
              AND s.edition_id    = $2
              AND v.content IS NOT NULL
            ORDER BY s.submission_id"#,
        submissions,
        edition.as_str(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok((parsed(&row.content)?, row.edition_version)))
        .collect()
}

/// The content of one sealed version, with the version of the rules it was accepted by.
pub(crate) async fn content(
    conn: &mut PgConnection,
    edition: &EditionId,
    submission: SubmissionId,
    version: i32,
) -> Result<Option<(SealedContent, i32)>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT content AS "content!", edition_version
             FROM intake.submission_versions
            WHERE submission_id = $1
              AND version       = $2
              AND edition_id    = $3
              AND content IS NOT NULL"#,
        submission.as_uuid(),
        version,
        edition.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok((parsed(&row.content)?, row.edition_version)))
        .transpose()
}

fn parsed(content: &str) -> Result<SealedContent, StoreError> {
    serde_json::from_str(content).map_err(|_| inconsistent("submission_versions", "content"))
}
