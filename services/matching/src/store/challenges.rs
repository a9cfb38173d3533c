//! `matching.challenges`: matching's copy of the published challenges.

use sqlx::PgConnection;

use super::{StoreError, counted, stored};
use crate::domain::ids::{ChallengeId, EditionId};

/// A challenge as matching keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeCopy {
    /// The challenge.
    pub id: ChallengeId,
    /// Its government's region.
    pub region_code: String,
    /// Its issue.
    pub issue_id: String,
    /// How many pilots the government can host.
    pub capacity: u32,
    /// Title, problem and offer.
    pub body: String,
}

/// Keeps a challenge.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn put(
    db: &mut PgConnection,
    edition: &EditionId,
    challenge: &ChallengeCopy,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into matching.challenges
                (challenge_id, edition_id, region_code, issue_id, capacity, body)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (challenge_id) do update
            set region_code = excluded.region_code,
                issue_id = excluded.issue_id,
                capacity = excluded.capacity,
                body = excluded.body",
        challenge.id.0,
        edition.as_str(),
        challenge.region_code,
        challenge.issue_id,
        stored(challenge.capacity),
        challenge.body,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// All challenges of an edition, by id (index `challenges_by_edition`).
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn all(
    db: &mut PgConnection,
    edition: &EditionId,
) -> Result<Vec<ChallengeCopy>, StoreError> {
    let rows = sqlx::query!(
        "select challenge_id, region_code, issue_id, capacity, body
           from matching.challenges
          where edition_id = $1
          order by challenge_id",
        edition.as_str(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ChallengeCopy {
            id: ChallengeId(r.challenge_id),
            region_code: r.region_code,
            issue_id: r.issue_id,
            capacity: counted(r.capacity),
            body: r.body,
        })
        .collect())
}
