//! Table `intake.organisations`.

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::{StoreError, inconsistent};
use crate::domain::contact::canonical_employer;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::organisation::{LegalForm, Nib};
use crate::domain::region::RegionCode;

/// A team's body.
#[derive(Debug, Clone)]
pub(crate) struct OrganisationRow {
    pub(crate) id: OrganisationId,
    pub(crate) display_name: String,
    pub(crate) legal_form: LegalForm,
    pub(crate) nib: Option<Nib>,
    pub(crate) region: RegionCode,
    pub(crate) created: BusinessTime,
    pub(crate) etag: i64,
}

struct Raw {
    organisation_id: Uuid,
    display_name: String,
    legal_form: String,
    nib: Option<String>,
    region_code: String,
    created_at: BusinessTime,
    etag: i64,
}

impl TryFrom<Raw> for OrganisationRow {
    type Error = StoreError;

    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let wrong = |column| inconsistent("organisations", column);
        let nib = raw
            .nib
            .map(|text| Nib::parse(&text).map_err(|_| wrong("nib")));
        Ok(Self {
            id: OrganisationId::from_uuid(raw.organisation_id),
            display_name: raw.display_name,
            legal_form: LegalForm::from_code(&raw.legal_form).ok_or(wrong("legal_form"))?,
            nib: nib.transpose()?,
            region: RegionCode::parse(&raw.region_code).map_err(|_| wrong("region_code"))?,
            created: raw.created_at,
            etag: raw.etag,
        })
    }
}

/// Stores an organisation; says whether its id was free.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    organisation: &OrganisationRow,
    creator: PersonId,
) -> Result<bool, StoreError> {
    let inserted = sqlx::query!(
        "INSERT INTO intake.organisations
                (organisation_id, display_name, name_canonical, legal_form, nib, region_code, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT DO NOTHING",
        organisation.id.as_uuid(),
        organisation.display_name,
        canonical_employer(&organisation.display_name),
        organisation.legal_form.code(),
        organisation.nib.as_ref().map(Nib::as_str),
        organisation.region.as_str(),
        organisation.created.as_offset(),
        creator.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Reads an organisation.
pub(crate) async fn find(
    conn: &mut PgConnection,
    organisation: OrganisationId,
) -> Result<Option<OrganisationRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT organisation_id, display_name, legal_form, nib, region_code,
                  created_at AS "created_at: BusinessTime", etag
             FROM intake.organisations
            WHERE organisation_id = $1"#,
        organisation.as_uuid(),
    )
    .fetch_optional(conn)
    .await?
    .map(OrganisationRow::try_from)
    .transpose()
}

/// The organisation has handed something in to an edition in which the person holds one of
/// `offices`.
///
/// Served by `submissions_by_organisation` and `memberships_held`.
pub(crate) async fn takes_part_before(
    conn: &mut PgConnection,
    organisation: OrganisationId,
    person: PersonId,
    offices: &[&str],
) -> Result<bool, StoreError> {
    let offices: Vec<String> = offices.iter().map(|&office| office.to_owned()).collect();
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT 1
                 FROM intake.submissions s
                 JOIN intake.memberships m
                   ON m.edition_id = s.edition_id
                WHERE s.organisation_id = $1
                  AND s.version > 0
                  AND m.person_id = $2
                  AND m.state = 'granted'
                  AND m.office = ANY ($3)
           ) AS "exists!""#,
        organisation.as_uuid(),
        person.as_uuid(),
        &offices,
    )
    .fetch_one(conn)
    .await?;
    Ok(found)
}

/// The names of organisations.
pub(crate) async fn display_names(
    conn: &mut PgConnection,
    organisations: &[Uuid],
) -> Result<Vec<(Uuid, String)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT organisation_id, display_name
           FROM intake.organisations
          WHERE organisation_id = ANY ($1)",
        organisations,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.organisation_id, row.display_name))
        .collect())
}
