//! Table `intake.editions` and its versions.

use sqlx::PgConnection;
use winner_platform::BusinessTime;

use super::{StoreError, inconsistent};
use crate::domain::challenge::Text;
use crate::domain::edition::Purpose;
use crate::domain::ids::{EditionId, PersonId};

/// Where an edition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EditionState {
    Draft,
    Open,
    Closed,
}

/// An edition as it stands.
#[derive(Debug, Clone)]
pub(crate) struct EditionRow {
    pub(crate) id: EditionId,
    pub(crate) title: Text,
    pub(crate) purpose: Purpose,
    pub(crate) state: EditionState,
    pub(crate) version: i32,
    pub(crate) sha256: Vec<u8>,
    pub(crate) created: BusinessTime,
    pub(crate) etag: i64,
}

/// A version of an edition's rules, its definition as canonical JSON.
#[derive(Debug, Clone)]
pub(crate) struct VersionRow {
    pub(crate) version: i32,
    pub(crate) definition: String,
    pub(crate) sha256: Vec<u8>,
    pub(crate) applied: BusinessTime,
}

struct Raw {
    edition_id: String,
    title_id: String,
    title_en: String,
    purpose: String,
    state: String,
    version: i32,
    sha256: Vec<u8>,
    created_at: BusinessTime,
    etag: i64,
}

impl TryFrom<Raw> for EditionRow {
    type Error = StoreError;

    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let purpose = match raw.purpose.as_str() {
            "real" => Purpose::Real,
            "test" => Purpose::Test,
            _ => return Err(inconsistent("editions", "purpose")),
        };
        let state = match raw.state.as_str() {
            "draft" => EditionState::Draft,
            "open" => EditionState::Open,
            "closed" => EditionState::Closed,
            _ => return Err(inconsistent("editions", "state")),
        };
        Ok(Self {
            id: EditionId::parse(&raw.edition_id)
                .map_err(|_| inconsistent("editions", "edition_id"))?,
            title: Text {
                id: raw.title_id,
                en: raw.title_en,
            },
            purpose,
            state,
            version: raw.version,
            sha256: raw.sha256,
            created: raw.created_at,
            etag: raw.etag,
        })
    }
}

/// Stores a new edition in state draft, without a version; says whether its id was free.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    edition: &EditionRow,
    creator: PersonId,
) -> Result<bool, StoreError> {
    let purpose = match edition.purpose {
        Purpose::Real => "real",
        Purpose::Test => "test",
    };
    let inserted = sqlx::query!(
        "INSERT INTO intake.editions
                (edition_id, title_id, title_en, purpose, state, version, sha256, created_at, created_by)
         VALUES ($1, $2, $3, $4, 'draft', $5, $6, $7, $8)
         ON CONFLICT DO NOTHING",
        edition.id.as_str(),
        edition.title.id,
        edition.title.en,
        purpose,
        edition.version,
        edition.sha256,
        edition.created.as_offset(),
        creator.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Stores a version of an edition's rules.
pub(crate) async fn insert_version(
    conn: &mut PgConnection,
    edition: &EditionId,
    version: &VersionRow,
    by: PersonId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO intake.edition_versions
                (edition_id, version, definition, sha256, applied_at, applied_by)
         VALUES ($1, $2, $3, $4, $5, $6)",
        edition.as_str(),
        version.version,
        version.definition,
        version.sha256,
        version.applied.as_offset(),
        by.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a further version in force.
pub(crate) async fn apply_version(
    conn: &mut PgConnection,
    edition: &EditionId,
    title: &Text,
    version: &VersionRow,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE intake.editions
            SET version  = $2,
                sha256   = $3,
                title_id = $4,
                title_en = $5,
                etag     = etag + 1
          WHERE edition_id = $1",
        edition.as_str(),
        version.version,
        version.sha256,
        title.id,
        title.en,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Opens an edition.
pub(crate) async fn open(
    conn: &mut PgConnection,
    edition: &EditionId,
    now: BusinessTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE intake.editions
            SET state     = 'open',
                opened_at = $2,
                etag      = etag + 1
          WHERE edition_id = $1",
        edition.as_str(),
        now.as_offset(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads an edition.
pub(crate) async fn find(
    conn: &mut PgConnection,
    edition: &EditionId,
) -> Result<Option<EditionRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT edition_id, title_id, title_en, purpose, state, version, sha256,
                  created_at AS "created_at: BusinessTime", etag
             FROM intake.editions
            WHERE edition_id = $1"#,
        edition.as_str(),
    )
    .fetch_optional(conn)
    .await?
    .map(EditionRow::try_from)
    .transpose()
}

/// Reads an edition and keeps others from changing it until the transaction ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    edition: &EditionId,
) -> Result<Option<EditionRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT edition_id, title_id, title_en, purpose, state, version, sha256,
                  created_at AS "created_at: BusinessTime", etag
             FROM intake.editions
            WHERE edition_id = $1
              FOR NO KEY UPDATE"#,
        edition.as_str(),
    )
    .fetch_optional(conn)
    .await?
    .map(EditionRow::try_from)
    .transpose()
}

/// Reads one version of an edition's rules.
pub(crate) async fn find_version(
    conn: &mut PgConnection,
    edition: &EditionId,
    version: i32,
) -> Result<Option<VersionRow>, StoreError> {
    let row = sqlx::query_as!(
        VersionRow,
        r#"SELECT version, definition, sha256, applied_at AS "applied: BusinessTime"
             FROM intake.edition_versions
            WHERE edition_id = $1
              AND version    = $2"#,
        edition.as_str(),
        version,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}
