//! `matching.conflicts`: what was declared, and what recusals made.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::StoreError;
use crate::domain::conflicts::{ConflictKind, Declared, Subject};
use crate::domain::ids::{ConflictId, EditionId, OrganisationId, PersonId, SubmissionId};

/// A conflict as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: ConflictId,
    /// What it is.
    pub declared: Declared,
    /// Since when, in business time.
    pub since: OffsetDateTime,
}

/// Keeps a conflict. `None` where the same one was declared before.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn declare(
    db: &mut PgConnection,
    edition: &EditionId,
    kept: &Kept,
) -> Result<Option<ConflictId>, StoreError> {
    let (submission, organisation) = match kept.declared.subject {
        Subject::Submission(s) => (Some(s.0), None),
        Subject::Organisation(o) => (None, Some(o.0)),
    };
    let id = sqlx::query_scalar!(
        "insert into matching.conflicts
                (conflict_id, edition_id, judge_id, submission_id, organisation_id, kind, declared_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (edition_id, judge_id, submission_id, organisation_id) do nothing
         returning conflict_id",
        kept.id.0,
        edition.as_str(),
        kept.declared.judge.0,
        submission,
        organisation,
        kept.declared.kind.code(),
        kept.since,
    )
    .fetch_optional(db)
    .await?;
    Ok(id.map(ConflictId))
}

/// The conflict that stands for the same judge and subject.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn standing(
    db: &mut PgConnection,
    edition: &EditionId,
    judge: PersonId,
    subject: Subject,
) -> Result<Option<Kept>, StoreError> {
    let (submission, organisation) = match subject {
        Subject::Submission(s) => (Some(s.0), None),
        Subject::Organisation(o) => (None, Some(o.0)),
    };
    let row = sqlx::query_as!(
        Row,
        "select conflict_id, judge_id, submission_id, organisation_id, kind, declared_at
           from matching.conflicts
          where edition_id = $1
            and judge_id = $2
            and submission_id is not distinct from $3
            and organisation_id is not distinct from $4",
        edition.as_str(),
        judge.0,
        submission,
        organisation,
    )
    .fetch_optional(db)
    .await?;
    row.map(Row::kept).transpose()
}

/// A page of an edition's conflicts, by id (index `conflicts_by_edition`).
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn page(
    db: &mut PgConnection,
    edition: &EditionId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select conflict_id, judge_id, submission_id, organisation_id, kind, declared_at
           from matching.conflicts
          where edition_id = $1
            and ($2::uuid is null or conflict_id > $2)
          order by conflict_id
          limit $3",
        edition.as_str(),
        after,
        limit,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(Row::kept)
    .collect()
}

/// Everything declared in an edition.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn all(db: &mut PgConnection, edition: &EditionId) -> Result<Vec<Declared>, StoreError> {
    sqlx::query_as!(
        Row,
        "select conflict_id, judge_id, submission_id, organisation_id, kind, declared_at
           from matching.conflicts
          where edition_id = $1
          order by conflict_id",
        edition.as_str(),
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|r| r.kept().map(|k| k.declared))
    .collect()
}

struct Row {
    conflict_id: Uuid,
    judge_id: Uuid,
    submission_id: Option<Uuid>,
    organisation_id: Option<Uuid>,
    kind: String,
    declared_at: OffsetDateTime,
}

impl Row {
    fn kept(self) -> Result<Kept, StoreError> {
        let subject = match (self.submission_id, self.organisation_id) {
            (Some(s), _) => Subject::Submission(SubmissionId(s)),
            (None, Some(o)) => Subject::Organisation(OrganisationId(o)),
            (None, None) => {
                return Err(StoreError::corrupt(
                    "conflicts",
                    "submission_id",
                    "no subject",
                ));
            }
        };
        let kind = ConflictKind::from_code(&self.kind)
            .ok_or_else(|| StoreError::corrupt("conflicts", "kind", self.kind))?;
        let declared = Declared {
            judge: PersonId(self.judge_id),
            subject,
            kind,
        };
        Ok(Kept {
            id: ConflictId(self.conflict_id),
            declared,
            since: self.declared_at,
        })
    }
}
