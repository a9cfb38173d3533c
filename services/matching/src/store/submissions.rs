//! `matching.submissions`: matching's copy of the sealed submissions, blinded.

use sqlx::PgConnection;

use super::{StoreError, counted, stored};
use crate::domain::ids::{ChallengeId, EditionId, OrganisationId, PersonId, SubmissionId, WaveId};

/// Where a submission stands, as far as matching cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Sealed, nothing announced.
    Submitted,
    /// Announced as eligible: it is matched and judged.
    Eligible,
    /// Announced as ineligible.
    Ineligible,
    /// Announced as in need of correction.
    NeedsCorrection,
    /// Taken back.
    Withdrawn,
}

impl Standing {
    fn code(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Eligible => "eligible",
            Self::Ineligible => "ineligible",
            Self::NeedsCorrection => "needs_correction",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A submission as matching keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionCopy {
    /// The submission.
    pub id: SubmissionId,
    /// The sealed version.
    pub version: u32,
    /// The wave it counts in.
    pub wave: WaveId,
    /// Where the solution is to work.
    pub region_code: String,
    /// Its issue.
    pub issue_id: String,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The organisation's members when it was sealed.
    pub members: Vec<PersonId>,
    /// Challenges that the team chose.
    pub chosen: Vec<ChallengeId>,
    /// Texts marked for matching.
    pub body: String,
}

/// Keeps a sealed version. What was announced stays, except for a version that was announced to need
/// correction and is now sealed anew.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn put(
    db: &mut PgConnection,
    edition: &EditionId,
    copy: &SubmissionCopy,
) -> Result<(), StoreError> {
    let members: Vec<_> = copy.members.iter().map(|m| m.0).collect();
    let chosen: Vec<_> = copy.chosen.iter().map(|c| c.0).collect();
    sqlx::query!(
        "insert into matching.submissions
                (submission_id, edition_id, version, wave_id, region_code, issue_id,
                 organisation_id, member_ids, chosen_ids, body, standing)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'submitted')
         on conflict (submission_id) do update
            set version = excluded.version,
                wave_id = excluded.wave_id,
                region_code = excluded.region_code,
                issue_id = excluded.issue_id,
                organisation_id = excluded.organisation_id,
                member_ids = excluded.member_ids,
                chosen_ids = excluded.chosen_ids,
                body = excluded.body,
                standing = case submissions.standing
                                when 'needs_correction' then 'submitted'
                                else submissions.standing
                           end
          where submissions.version <= excluded.version",
        copy.id.0,
        edition.as_str(),
        stored(copy.version),
        copy.wave.as_str(),
        copy.region_code,
        copy.issue_id,
        copy.organisation.0,
        &members,
        &chosen,
        copy.body,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes where a submission stands now.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn set_standing(
    db: &mut PgConnection,
    submission: SubmissionId,
    standing: Standing,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update matching.submissions
            set standing = $2
          where submission_id = $1",
        submission.0,
        standing.code(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The eligible submissions of an edition, by id (index `submissions_by_edition`).
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn eligible(
    db: &mut PgConnection,
    edition: &EditionId,
) -> Result<Vec<SubmissionCopy>, StoreError> {
    let rows = sqlx::query!(
        "select submission_id, version, wave_id, region_code, issue_id,
                organisation_id, member_ids, chosen_ids, body
           from matching.submissions
          where edition_id = $1
            and standing = 'eligible'
          order by submission_id",
        edition.as_str(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|r| {
            let wave = r
                .wave_id
                .parse()
                .map_err(|_| StoreError::corrupt("submissions", "wave_id", r.wave_id.clone()))?;
            Ok(SubmissionCopy {
                id: SubmissionId(r.submission_id),
                version: counted(r.version),
                wave,
                region_code: r.region_code,
                issue_id: r.issue_id,
                organisation: OrganisationId(r.organisation_id),
                members: r.member_ids.into_iter().map(PersonId).collect(),
                chosen: r.chosen_ids.into_iter().map(ChallengeId).collect(),
                body: r.body,
            })
        })
        .collect()
}

/// Ids and versions that are here of a wave, by id, to compare with what was sealed.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn of_wave(
    db: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<Vec<(SubmissionId, u32)>, StoreError> {
    let rows = sqlx::query!(
        "select submission_id, version
           from matching.submissions
          where edition_id = $1
            and wave_id = $2
          order by submission_id",
        edition.as_str(),
        wave.as_str(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (SubmissionId(r.submission_id), counted(r.version)))
        .collect())
}
