//! `matching.judges`: expertise, quota and office of judges, per edition.

use sqlx::PgConnection;

use super::{StoreError, counted, stored};
use crate::domain::ids::{EditionId, PersonId};
use crate::domain::judge::Judge;

/// A judge and the revision of what is known of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The judge.
    pub judge: Judge,
    /// Counts the changes.
    pub revision: i64,
}

/// Sets expertise and quota; whether the judge holds the office stays as it is.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn set_expertise(
    db: &mut PgConnection,
    edition: &EditionId,
    judge: &Judge,
) -> Result<Kept, StoreError> {
    let row = sqlx::query!(
        "insert into matching.judges (edition_id, person_id, issue_ids, region_codes, quota)
         values ($1, $2, $3, $4, $5)
         on conflict (edition_id, person_id) do update
            set issue_ids = excluded.issue_ids,
                region_codes = excluded.region_codes,
                quota = excluded.quota,
                revision = judges.revision + 1
         returning active, revision",
        edition.as_str(),
        judge.person.0,
        &judge.issues,
        &judge.regions,
        stored(judge.quota),
    )
    .fetch_one(db)
    .await?;
    Ok(Kept {
        judge: Judge {
            active: row.active,
            ..judge.clone()
        },
        revision: row.revision,
    })
}

/// Notes whether a person holds the office of judge.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn set_office(
    db: &mut PgConnection,
    edition: &EditionId,
    person: PersonId,
    active: bool,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into matching.judges (edition_id, person_id, active)
         values ($1, $2, $3)
         on conflict (edition_id, person_id) do update
            set active = excluded.active,
                revision = judges.revision + 1",
        edition.as_str(),
        person.0,
        active,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One judge of an edition.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn get(
    db: &mut PgConnection,
    edition: &EditionId,
    person: PersonId,
) -> Result<Option<Kept>, StoreError> {
    let row = sqlx::query!(
        "select issue_ids, region_codes, quota, active, revision
           from matching.judges
          where edition_id = $1
            and person_id = $2",
        edition.as_str(),
        person.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| Kept {
        judge: Judge {
            person,
            issues: r.issue_ids,
            regions: r.region_codes,
            quota: counted(r.quota),
            active: r.active,
        },
        revision: r.revision,
    }))
}

/// Everybody who holds the office of judge in an edition, by person.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn active(db: &mut PgConnection, edition: &EditionId) -> Result<Vec<Judge>, StoreError> {
    let rows = sqlx::query!(
        "select person_id, issue_ids, region_codes, quota
           from matching.judges
          where edition_id = $1
            and active
          order by person_id",
        edition.as_str(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Judge {
            person: PersonId(r.person_id),
            issues: r.issue_ids,
            regions: r.region_codes,
            quota: counted(r.quota),
            active: true,
        })
        .collect())
}
