//! What happens to a submission, written down.

use sqlx::PgConnection;
use winner_platform::BusinessTime;

use super::{stored_answers, uuids};
use crate::domain::ids::{PersonId, SubmissionId};
use crate::domain::screening::Verdict;
use crate::domain::submission::Draft;
use crate::store::StoreError;

/// Stores a new draft; says whether its id was free.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    draft: &Draft,
    creator: PersonId,
    now: BusinessTime,
) -> Result<bool, StoreError> {
    let proposal = &draft.proposal;
    let inserted = sqlx::query!(
        "INSERT INTO intake.submissions
                (submission_id, edition_id, organisation_id, wave_id, region_code, issue_id, title,
                 challenge_ids, answers, state, created_at, created_by, etag)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'draft', $10, $11, $12)
         ON CONFLICT DO NOTHING",
        proposal.id.as_uuid(),
        proposal.edition.as_str(),
        proposal.organisation.as_uuid(),
        proposal.wave.as_str(),
        proposal.region.as_str(),
        proposal.issue.as_str(),
        proposal.title,
        &uuids(&proposal.challenges),
        stored_answers(proposal) as _,
        now.as_offset(),
        creator.as_uuid(),
        draft.etag,
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Stores a changed draft.
pub(crate) async fn update_draft(conn: &mut PgConnection, draft: &Draft) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE intake.submissions
            SET title   = $2,
                answers = $3,
                etag    = $4
          WHERE submission_id = $1
            AND state = 'draft'",
        draft.proposal.id.as_uuid(),
        draft.proposal.title,
        stored_answers(&draft.proposal) as _,
        draft.etag,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks a draft as sealed in this version.
pub(crate) async fn mark_submitted(
    conn: &mut PgConnection,
    submission: SubmissionId,
    version: i32,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE intake.submissions
            SET state   = 'submitted',
                version = $2,
                etag    = etag + 1
          WHERE submission_id = $1
            AND state = 'draft'",
        submission.as_uuid(),
        version,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks a submission as taken back.
pub(crate) async fn mark_withdrawn(
    conn: &mut PgConnection,
    submission: SubmissionId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE intake.submissions
            SET state = 'withdrawn',
                etag  = etag + 1
          WHERE submission_id = $1",
        submission.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Records what a team was told.
pub(crate) async fn set_outcome(
    conn: &mut PgConnection,
    submission: SubmissionId,
    outcome: Verdict,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE intake.submissions
            SET outcome = $2,
                etag    = etag + 1
          WHERE submission_id = $1",
        submission.as_uuid(),
        outcome.code(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
