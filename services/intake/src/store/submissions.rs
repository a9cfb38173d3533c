//! Table `intake.submissions`: drafts, and where a submission stands.

mod steps;

use std::collections::BTreeMap;

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use winner_platform::BusinessTime;
use winner_proto::types::v1 as types;

use super::{StoreError, inconsistent};
use crate::domain::ids::{
    ChallengeId, EditionId, FieldId, IssueId, OrganisationId, SubmissionId, WaveId,
};
use crate::domain::region::RegionCode;
use crate::domain::screening::Verdict;
use crate::domain::submission::{Answer, Draft, Proposal, State};

pub(crate) use steps::{insert, mark_submitted, mark_withdrawn, set_outcome, update_draft};

/// A submission as it stands.
#[derive(Debug, Clone)]
pub(crate) struct SubmissionRow {
    pub(crate) proposal: Proposal,
    pub(crate) state: State,
    pub(crate) version: i32,
    pub(crate) outcome: Option<Verdict>,
    pub(crate) created: BusinessTime,
    pub(crate) etag: i64,
}

impl SubmissionRow {
    /// The draft, where it still is one.
    pub(crate) fn into_draft(self) -> Option<Draft> {
        (self.state == State::Draft).then_some(Draft {
            proposal: self.proposal,
            etag: self.etag,
            sealed_version: self.version,
        })
    }
}

type Answers = BTreeMap<String, types::Answer>;

struct Raw {
    submission_id: Uuid,
    edition_id: String,
    organisation_id: Uuid,
    wave_id: String,
    region_code: String,
    issue_id: String,
    title: String,
    challenge_ids: Vec<Uuid>,
    answers: Json<Answers>,
    state: String,
    version: i32,
    outcome: Option<String>,
    created_at: BusinessTime,
    etag: i64,
}

impl TryFrom<Raw> for SubmissionRow {
    type Error = StoreError;

    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let wrong = |column| inconsistent("submissions", column);
        let answers = raw.answers.0.into_iter().map(|(id, answer)| {
            let id = FieldId::parse(&id).map_err(|_| wrong("answers"))?;
            let value = answer.value.unwrap_or_default();
            Ok((
                id,
                Answer {
                    value,
                    version: answer.version,
                },
            ))
        });
        let outcome = raw
            .outcome
            .map(|code| Verdict::from_code(&code).ok_or_else(|| wrong("outcome")));
        Ok(Self {
            proposal: Proposal {
                id: SubmissionId::from_uuid(raw.submission_id),
                edition: EditionId::parse(&raw.edition_id).map_err(|_| wrong("edition_id"))?,
                organisation: OrganisationId::from_uuid(raw.organisation_id),
                wave: WaveId::parse(&raw.wave_id).map_err(|_| wrong("wave_id"))?,
                region: RegionCode::parse(&raw.region_code).map_err(|_| wrong("region_code"))?,
                issue: IssueId::parse(&raw.issue_id).map_err(|_| wrong("issue_id"))?,
                title: raw.title,
                challenges: raw
                    .challenge_ids
                    .into_iter()
                    .map(ChallengeId::from_uuid)
                    .collect(),
                answers: answers.collect::<Result<_, StoreError>>()?,
            },
            state: State::from_code(&raw.state).ok_or(wrong("state"))?,
            version: raw.version,
            outcome: outcome.transpose()?,
            created: raw.created_at,
            etag: raw.etag,
        })
    }
}

fn stored_answers(proposal: &Proposal) -> Json<Answers> {
    let stored = proposal.answers.iter().map(|(id, answer)| {
        let value = Some(answer.value.clone());
        (
            id.to_string(),
            types::Answer {
                value,
                version: answer.version,
            },
        )
    });
    Json(stored.collect())
}

fn uuids(challenges: &[ChallengeId]) -> Vec<Uuid> {
    challenges.iter().map(|id| id.as_uuid()).collect()
}

/// The wave of a submission, which never changes: known before any lock is taken.
pub(crate) async fn wave_of(
    conn: &mut PgConnection,
    edition: &EditionId,
    submission: SubmissionId,
) -> Result<Option<WaveId>, StoreError> {
    let wave = sqlx::query_scalar!(
        "SELECT wave_id
           FROM intake.submissions
          WHERE submission_id = $1
            AND edition_id    = $2",
        submission.as_uuid(),
        edition.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    wave.map(|id| WaveId::parse(&id).map_err(|_| inconsistent("submissions", "wave_id")))
        .transpose()
}

/// Reads a submission.
pub(crate) async fn find(
    conn: &mut PgConnection,
    edition: &EditionId,
    submission: SubmissionId,
) -> Result<Option<SubmissionRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT submission_id, edition_id, organisation_id, wave_id, region_code, issue_id, title,
                  challenge_ids, answers AS "answers: Json<Answers>", state, version, outcome,
                  created_at AS "created_at: BusinessTime", etag
             FROM intake.submissions
            WHERE submission_id = $1
              AND edition_id    = $2"#,
        submission.as_uuid(),
        edition.as_str(),
    )
    .fetch_optional(conn)
    .await?
    .map(SubmissionRow::try_from)
    .transpose()
}

/// Reads a submission and keeps others from changing it until the transaction ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    edition: &EditionId,
    submission: SubmissionId,
) -> Result<Option<SubmissionRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT submission_id, edition_id, organisation_id, wave_id, region_code, issue_id, title,
                  challenge_ids, answers AS "answers: Json<Answers>", state, version, outcome,
                  created_at AS "created_at: BusinessTime", etag
             FROM intake.submissions
            WHERE submission_id = $1
              AND edition_id    = $2
              FOR NO KEY UPDATE"#,
        submission.as_uuid(),
        edition.as_str(),
    )
    .fetch_optional(conn)
    .await?
    .map(SubmissionRow::try_from)
    .transpose()
}

/// A page of an edition's submissions, by id: those of the organisations given, and with
/// `sealed_too` also every sealed one.
///
/// Served by `submissions_by_organisation` and `submissions_by_edition`.
pub(crate) async fn list(
    conn: &mut PgConnection,
    edition: &EditionId,
    organisations: &[Uuid],
    sealed_too: bool,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<SubmissionRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT submission_id, edition_id, organisation_id, wave_id, region_code, issue_id, title,
                  challenge_ids, '{}'::jsonb AS "answers!: Json<Answers>", state, version, outcome,
                  created_at AS "created_at: BusinessTime", etag
             FROM intake.submissions
            WHERE edition_id = $1
              AND (organisation_id = ANY ($2) OR ($3 AND version > 0))
              AND ($4::uuid IS NULL OR submission_id > $4)
            ORDER BY submission_id
            LIMIT $5"#,
        edition.as_str(),
        organisations,
        sealed_too,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(SubmissionRow::try_from)
    .collect()
}
