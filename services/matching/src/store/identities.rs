//! `matching.memberships` and `matching.links`: who belongs where and who may be whom, by ids only.

use sqlx::PgConnection;
use uuid::Uuid;

use super::StoreError;
use crate::domain::conflicts::Link;
use crate::domain::ids::{EditionId, OrganisationId, PersonId};

/// An office or membership that was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: Uuid,
    /// What the person is, as a lower-case code.
    pub office: String,
    /// In which edition; `None` for an organisation's members.
    pub edition: Option<EditionId>,
    /// Of which organisation.
    pub organisation: Option<OrganisationId>,
    /// Who.
    pub person: PersonId,
}

/// Keeps a membership that was granted.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn grant(db: &mut PgConnection, m: &Membership) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into matching.memberships
                (membership_id, office, edition_id, organisation_id, person_id, active)
         values ($1, $2, $3, $4, $5, true)
         on conflict (membership_id) do update set active = true",
        m.id,
        m.office,
        m.edition.as_ref().map(EditionId::as_str),
        m.organisation.map(|o| o.0),
        m.person.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends a membership.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn revoke(db: &mut PgConnection, membership: Uuid) -> Result<(), StoreError> {
    sqlx::query!(
        "update matching.memberships
            set active = false
          where membership_id = $1",
        membership,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a person holds the office of judge in an edition by a membership that has not ended (index
/// `memberships_by_person`).
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn is_judge(
    db: &mut PgConnection,
    edition: &EditionId,
    person: PersonId,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
                  select
                    from matching.memberships
                   where person_id = $1
                     and active
                     and office = 'judge'
                     and edition_id = $2) as "holds!""#,
        person.0,
        edition.as_str(),
    )
    .fetch_one(db)
    .await?)
}

/// Who belongs to which organisation now.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn members(db: &mut PgConnection) -> Result<Vec<(PersonId, OrganisationId)>, StoreError> {
    let rows = sqlx::query!(
        r#"select person_id, organisation_id as "organisation_id!"
             from matching.memberships
            where active
              and organisation_id is not null
            order by person_id, organisation_id"#,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (PersonId(r.person_id), OrganisationId(r.organisation_id)))
        .collect())
}

/// Keeps a link that intake found.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn link(
    db: &mut PgConnection,
    id: Uuid,
    link: &Link,
    kind: &str,
) -> Result<(), StoreError> {
    let (person, other, organisation) = match link {
        Link::Persons(a, b) => (a.0, Some(b.0), None),
        Link::Organisation(a, o) => (a.0, None, Some(o.0)),
    };
    sqlx::query!(
        "insert into matching.links
                (link_id, person_id, other_person_id, organisation_id, kind, active)
         values ($1, $2, $3, $4, $5, true)
         on conflict (link_id) do update set active = true",
        id,
        person,
        other,
        organisation,
        kind,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Every link that holds.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn links(db: &mut PgConnection) -> Result<Vec<Link>, StoreError> {
    let rows = sqlx::query!(
        "select person_id, other_person_id, organisation_id
           from matching.links
          where active
          order by link_id",
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|r| {
            let person = PersonId(r.person_id);
            match (r.other_person_id, r.organisation_id) {
                (Some(other), _) => Some(Link::Persons(person, PersonId(other))),
                (None, Some(o)) => Some(Link::Organisation(person, OrganisationId(o))),
                (None, None) => None,
            }
        })
        .collect())
}
