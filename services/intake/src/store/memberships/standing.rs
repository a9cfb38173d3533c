//! What a person is now, whatever their token says.

use sqlx::PgConnection;

use crate::domain::ids::{EditionId, OrganisationId, PersonId};
use crate::domain::office::{Office, Seat};
use crate::store::StoreError;

/// A person holds one of `offices` in an edition now.
///
/// Served by `memberships_held`.
pub(crate) async fn holds(
    conn: &mut PgConnection,
    person: PersonId,
    offices: &[Office],
    edition: &EditionId,
) -> Result<bool, StoreError> {
    let offices: Vec<String> = offices
        .iter()
        .map(|office| office.code().to_owned())
        .collect();
    let held = sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT 1
                 FROM intake.memberships
                WHERE person_id  = $1
                  AND office     = ANY ($2)
                  AND edition_id = $3
                  AND state      = 'granted'
           ) AS "exists!""#,
        person.as_uuid(),
        &offices,
        edition.as_str(),
    )
    .fetch_one(conn)
    .await?;
    Ok(held)
}

/// The regions for which a person is an official in an edition now.
///
/// Served by `memberships_held`.
pub(crate) async fn governments_of(
    conn: &mut PgConnection,
    person: PersonId,
    edition: &EditionId,
) -> Result<Vec<String>, StoreError> {
    let scopes = sqlx::query_scalar!(
        r#"SELECT scope AS "scope!"
             FROM intake.memberships
            WHERE person_id  = $1
              AND office     = 'official'
              AND edition_id = $2
              AND state      = 'granted'
              AND scope IS NOT NULL
            ORDER BY scope"#,
        person.as_uuid(),
        edition.as_str(),
    )
    .fetch_all(conn)
    .await?;
    Ok(scopes)
}

/// A person belongs to an organisation now.
///
/// Served by `memberships_held`.
pub(crate) async fn is_member(
    conn: &mut PgConnection,
    person: PersonId,
    organisation: OrganisationId,
) -> Result<bool, StoreError> {
    let member = sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT 1
                 FROM intake.memberships
                WHERE person_id = $1
                  AND office    = 'member'
                  AND scope     = $2
                  AND state     = 'granted'
           ) AS "exists!""#,
        person.as_uuid(),
        organisation.to_string(),
    )
    .fetch_one(conn)
    .await?;
    Ok(member)
}

/// How many hold a seat now.
///
/// Served by `memberships_by_seat`.
pub(crate) async fn count_holders(conn: &mut PgConnection, seat: &Seat) -> Result<i64, StoreError> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
             FROM intake.memberships
            WHERE office = $1
              AND edition_id IS NOT DISTINCT FROM $2
              AND scope      IS NOT DISTINCT FROM $3
              AND state = 'granted'"#,
        seat.office().code(),
        seat.edition().map(EditionId::as_str),
        seat.scope(),
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}
