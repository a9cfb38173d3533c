//! `judging.results`: what was published, and until when it may be objected to.

use sqlx::PgConnection;
use winner_platform::time::BusinessTime;

use super::{StoreError, counted, stored};
use crate::domain::ids::RoundKey;

/// A published result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Counts from 1.
    pub version: u32,
    /// No objection can change it any more.
    pub is_final: bool,
    /// The ranking that it publishes.
    pub ranking_version: u32,
    /// Until when it may be objected to.
    pub objections_until: BusinessTime,
    /// When it was published.
    pub published_at: BusinessTime,
}

/// Adds a result as the round's next version, in place of the one before; says which it is. The round's
/// row must be locked.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn append(
    db: &mut PgConnection,
    round: &RoundKey,
    ranking_version: u32,
    objections_until: BusinessTime,
    at: BusinessTime,
) -> Result<u32, StoreError> {
    sqlx::query!(
        "update judging.results
            set state = 'superseded'
          where edition_id = $1
            and round_id = $2
            and state <> 'superseded'",
        round.edition(),
        round.round(),
    )
    .execute(&mut *db)
    .await?;
    let version = sqlx::query_scalar!(
        "insert into judging.results
                (edition_id, round_id, version, state, ranking_version, objections_until, published_at)
         select $1, $2, coalesce(max(version), 0) + 1, 'provisional', $3, $4, $5
           from judging.results
          where edition_id = $1
            and round_id = $2
         returning version",
        round.edition(),
        round.round(),
        stored(ranking_version),
        objections_until.as_offset(),
        at.as_offset(),
    )
    .fetch_one(db)
    .await?;
    Ok(counted(version))
}

/// The result that stands for a round.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn standing(db: &mut PgConnection, round: &RoundKey) -> Result<Option<Kept>, StoreError> {
    let row = sqlx::query!(
        "select version, state, ranking_version, objections_until, published_at
           from judging.results
          where edition_id = $1
            and round_id = $2
            and state <> 'superseded'
          order by version desc
          limit 1",
        round.edition(),
        round.round(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| Kept {
        version: counted(r.version),
        is_final: r.state == "final",
        ranking_version: counted(r.ranking_version),
        objections_until: BusinessTime::from_offset(r.objections_until),
        published_at: BusinessTime::from_offset(r.published_at),
    }))
}
