//! `matching.round_rules`: what the edition's rules ask of a round's panel, and whether judging has
//! planned the round.

use sqlx::PgConnection;

use super::{StoreError, counted, stored};
use crate::domain::ids::RoundKey;

/// What a round asks of its panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundRules {
    /// Judges for every entry.
    pub min_reviews: u32,
    /// Entries that no judge exceeds.
    pub max_load: u32,
    /// The version of the edition's rules.
    pub edition_version: u32,
    /// Judging has planned it.
    pub planned: bool,
    /// Judging has closed it.
    pub closed: bool,
}

/// Keeps what judging said when it planned the round.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn plan(
    db: &mut PgConnection,
    round: &RoundKey,
    min_reviews: u32,
    max_load: u32,
    edition_version: u32,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into matching.round_rules
                (edition_id, round_id, min_reviews, max_load, edition_version, planned)
         values ($1, $2, $3, $4, $5, true)
         on conflict (edition_id, round_id) do update
            set min_reviews = excluded.min_reviews,
                max_load = excluded.max_load,
                edition_version = excluded.edition_version,
                planned = true",
        round.edition.as_str(),
        round.round.as_str(),
        stored(min_reviews),
        stored(max_load),
        stored(edition_version),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Marks a round as closed: its panel changes no more.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn close(db: &mut PgConnection, round: &RoundKey) -> Result<(), StoreError> {
    sqlx::query!(
        "update matching.round_rules
            set closed = true
          where edition_id = $1
            and round_id = $2",
        round.edition.as_str(),
        round.round.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What a round asks.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn get(
    db: &mut PgConnection,
    round: &RoundKey,
) -> Result<Option<RoundRules>, StoreError> {
    let row = sqlx::query!(
        "select min_reviews, max_load, edition_version, planned, closed
           from matching.round_rules
          where edition_id = $1
            and round_id = $2",
        round.edition.as_str(),
        round.round.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| RoundRules {
        min_reviews: counted(r.min_reviews),
        max_load: counted(r.max_load),
        edition_version: counted(r.edition_version),
        planned: r.planned,
        closed: r.closed,
    }))
}
