//! `matching.editions`: the part of an edition's rules that matching works by.

use sqlx::PgConnection;

use super::{StoreError, counted, stored};
use crate::domain::ids::EditionId;

/// Rules of matching in an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionRules {
    /// The version they come from.
    pub version: u32,
    /// Its hash.
    pub sha256: String,
    /// At most this many matches are proposed for a submission.
    pub proposals_per_submission: u32,
    /// Seconds that a government has to answer.
    pub answer_window_seconds: i64,
}

/// Keeps the rules, unless a newer version is here already.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn put(
    db: &mut PgConnection,
    edition: &EditionId,
    rules: &EditionRules,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into matching.editions
                (edition_id, version, sha256, proposals_per_submission, answer_window_seconds)
         values ($1, $2, $3, $4, $5)
         on conflict (edition_id) do update
            set version = excluded.version,
                sha256 = excluded.sha256,
                proposals_per_submission = excluded.proposals_per_submission,
                answer_window_seconds = excluded.answer_window_seconds
          where editions.version < excluded.version",
        edition.as_str(),
        stored(rules.version),
        rules.sha256,
        stored(rules.proposals_per_submission),
        rules.answer_window_seconds,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The rules of an edition.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn get(
    db: &mut PgConnection,
    edition: &EditionId,
) -> Result<Option<EditionRules>, StoreError> {
    let row = sqlx::query!(
        "select version, sha256, proposals_per_submission, answer_window_seconds
           from matching.editions
          where edition_id = $1",
        edition.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| EditionRules {
        version: counted(r.version),
        sha256: r.sha256,
        proposals_per_submission: counted(r.proposals_per_submission),
        answer_window_seconds: r.answer_window_seconds,
    }))
}
