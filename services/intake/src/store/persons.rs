//! Tables `intake.persons`, `intake.person_details` and `intake.logins`.

use std::fmt;

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::{StoreError, inconsistent};
use crate::domain::contact::{Email, Phone};
use crate::domain::ids::PersonId;
use crate::domain::region::RegionCode;

/// A person with what is personal about them.
#[derive(Clone)]
pub(crate) struct PersonRow {
    pub(crate) id: PersonId,
    pub(crate) created: BusinessTime,
    pub(crate) etag: i64,
    pub(crate) details: Details,
}

/// What is personal about a person.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Details {
    pub(crate) display_name: String,
    pub(crate) email: Option<Email>,
    pub(crate) phone: Option<Phone>,
    pub(crate) language: String,
    pub(crate) region: Option<RegionCode>,
    pub(crate) employer: Option<String>,
}

impl fmt::Debug for PersonRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonRow({}, hidden)", self.id)
    }
}

struct Raw {
    person_id: Uuid,
    created_at: BusinessTime,
    etag: i64,
    display_name: String,
    email: Option<String>,
    phone: Option<String>,
    language: String,
    region_code: Option<String>,
    employer: Option<String>,
}

impl TryFrom<Raw> for PersonRow {
    type Error = StoreError;

    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let wrong = |column| move || inconsistent("person_details", column);
        let email = raw
            .email
            .map(|text| Email::parse(&text).map_err(|_| wrong("email")()));
        let phone = raw
            .phone
            .map(|text| Phone::parse(&text).map_err(|_| wrong("phone")()));
        let region = raw
            .region_code
            .map(|code| RegionCode::parse(&code).map_err(|_| wrong("region_code")()));
        Ok(Self {
            id: PersonId::from_uuid(raw.person_id),
            created: raw.created_at,
            etag: raw.etag,
            details: Details {
                display_name: raw.display_name,
                email: email.transpose()?,
                phone: phone.transpose()?,
                language: raw.language,
                region: region.transpose()?,
                employer: raw.employer,
            },
        })
    }
}

/// The person behind a login.
pub(crate) async fn by_login(
    conn: &mut PgConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<PersonId>, StoreError> {
    let id = sqlx::query_scalar!(
        "SELECT person_id
           FROM intake.logins
          WHERE issuer  = $1
            AND subject = $2",
        issuer,
        subject,
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(PersonId::from_uuid))
}

/// Keeps two first sign-ins of one login from making two persons, until the transaction ends.
pub(crate) async fn lock_login(
    conn: &mut PgConnection,
    issuer: &str,
    subject: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended('intake.login ' || $1 || ' ' || $2, 0))",
        issuer,
        subject,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores a person with an empty set of details and the login by which they came.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    person: PersonId,
    issuer: &str,
    subject: &str,
    now: BusinessTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "WITH person AS (
             INSERT INTO intake.persons (person_id, created_at)
             VALUES ($1, $4)
         ), details AS (
             INSERT INTO intake.person_details (person_id)
             VALUES ($1)
         )
         INSERT INTO intake.logins (issuer, subject, person_id, created_at)
         VALUES ($2, $3, $1, $4)",
        person.as_uuid(),
        issuer,
        subject,
        now.as_offset(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads a person who was not erased.
pub(crate) async fn find(
    conn: &mut PgConnection,
    person: PersonId,
) -> Result<Option<PersonRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT person_id, created_at AS "created_at: BusinessTime", etag,
                  display_name, email, phone, language, region_code, employer
             FROM intake.persons
             JOIN intake.person_details USING (person_id)
            WHERE person_id = $1
              AND erased_at IS NULL"#,
        person.as_uuid(),
    )
    .fetch_optional(conn)
    .await?
    .map(PersonRow::try_from)
    .transpose()
}

/// Reads a person and keeps others from changing them until the transaction ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    person: PersonId,
) -> Result<Option<PersonRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT person_id, created_at AS "created_at: BusinessTime", etag,
                  display_name, email, phone, language, region_code, employer
             FROM intake.persons
             JOIN intake.person_details USING (person_id)
            WHERE person_id = $1
              AND erased_at IS NULL
              FOR NO KEY UPDATE OF persons"#,
        person.as_uuid(),
    )
    .fetch_optional(conn)
    .await?
    .map(PersonRow::try_from)
    .transpose()
}

/// Reads the persons among `persons` who were not erased, by id.
pub(crate) async fn find_many(
    conn: &mut PgConnection,
    persons: &[Uuid],
) -> Result<Vec<PersonRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT person_id, created_at AS "created_at: BusinessTime", etag,
                  display_name, email, phone, language, region_code, employer
             FROM intake.persons
             JOIN intake.person_details USING (person_id)
            WHERE person_id = ANY ($1)
              AND erased_at IS NULL
            ORDER BY person_id"#,
        persons,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(PersonRow::try_from)
    .collect()
}

/// Stores new details, and the forms by which identities are compared.
pub(crate) async fn update(
    conn: &mut PgConnection,
    person: PersonId,
    details: &Details,
) -> Result<(), StoreError> {
    let email = details.email.as_ref();
    let employer = details.employer.as_deref();
    sqlx::query!(
        "WITH person AS (
             UPDATE intake.persons
                SET etag = etag + 1
              WHERE person_id = $1
         )
         UPDATE intake.person_details
            SET display_name       = $2,
                email              = $3,
                email_canonical    = $4,
                phone              = $5,
                language           = $6,
                region_code        = $7,
                employer           = $8,
                employer_canonical = $9
          WHERE person_id = $1",
        person.as_uuid(),
        details.display_name,
        email.map(Email::as_str),
        email.map(Email::canonical),
        details.phone.as_ref().map(Phone::as_str),
        details.language,
        details.region.map(RegionCode::as_str),
        employer,
        employer.and_then(crate::domain::contact::canonical_employer),
    )
    .execute(conn)
    .await?;
    Ok(())
}
