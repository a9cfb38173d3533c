//! `matching.matches`: proposed matches and what became of them.

use std::collections::BTreeSet;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::StoreError;
use crate::domain::ids::{ChallengeId, EditionId, MatchId, SubmissionId};
use crate::domain::matches::MatchState;
use crate::domain::score::Reason;

/// A match as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: MatchId,
    /// The submission.
    pub submission: SubmissionId,
    /// The challenge.
    pub challenge: ChallengeId,
    /// Region of the challenge's government.
    pub region_code: String,
    /// Sum of the reasons, in millionths.
    pub score_micro: i64,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Where it stands.
    pub state: MatchState,
    /// Until when the government may answer, in business time.
    pub answer_by: OffsetDateTime,
    /// When it was proposed, in business time.
    pub proposed_at: OffsetDateTime,
}

/// Keeps new matches, all in one statement.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn insert(
    db: &mut PgConnection,
    edition: &EditionId,
    matches: &[Kept],
) -> Result<(), StoreError> {
    let ids: Vec<_> = matches.iter().map(|m| m.id.0).collect();
    let submissions: Vec<_> = matches.iter().map(|m| m.submission.0).collect();
    let challenges: Vec<_> = matches.iter().map(|m| m.challenge.0).collect();
    let regions: Vec<_> = matches.iter().map(|m| m.region_code.clone()).collect();
    let scores: Vec<_> = matches.iter().map(|m| m.score_micro).collect();
    let reasons: Vec<_> = matches
        .iter()
        .map(|m| serde_json::json!(m.reasons))
        .collect();
    let answer_by: Vec<_> = matches.iter().map(|m| m.answer_by).collect();
    let proposed_at: Vec<_> = matches.iter().map(|m| m.proposed_at).collect();
    sqlx::query!(
        "insert into matching.matches
                (match_id, edition_id, submission_id, challenge_id, region_code,
                 score_micro, reasons, state, answer_by, proposed_at)
         select match_id, $2, submission_id, challenge_id, region_code,
                score_micro, reasons, 'proposed', answer_by, proposed_at
           from unnest($1::uuid[], $3::uuid[], $4::uuid[], $5::text[],
                       $6::bigint[], $7::jsonb[], $8::timestamptz[], $9::timestamptz[])
             as new (match_id, submission_id, challenge_id, region_code,
                     score_micro, reasons, answer_by, proposed_at)",
        &ids,
        edition.as_str(),
        &submissions,
        &challenges,
        &regions,
        &scores,
        &reasons,
        &answer_by,
        &proposed_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Pairs that were proposed in an edition.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn pairs(
    db: &mut PgConnection,
    edition: &EditionId,
) -> Result<BTreeSet<(SubmissionId, ChallengeId)>, StoreError> {
    let rows = sqlx::query!(
        "select submission_id, challenge_id
           from matching.matches
          where edition_id = $1",
        edition.as_str(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (SubmissionId(r.submission_id), ChallengeId(r.challenge_id)))
        .collect())
}

/// One match, locked until the transaction ends.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn lock(
    db: &mut PgConnection,
    edition: &EditionId,
    id: MatchId,
) -> Result<Option<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select match_id, submission_id, challenge_id, region_code, score_micro,
                reasons, state, answer_by, proposed_at
           from matching.matches
          where edition_id = $1
            and match_id = $2
            for update",
        edition.as_str(),
        id.0,
    )
    .fetch_optional(db)
    .await?
    .map(Row::kept)
    .transpose()
}

/// Notes where a match stands now.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn set_state(
    db: &mut PgConnection,
    id: MatchId,
    state: MatchState,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update matching.matches
            set state = $2
          where match_id = $1",
        id.0,
        state.code(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A page of matches, by id (index `matches_by_edition`): all of an edition, or those of the regions.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn page(
    db: &mut PgConnection,
    edition: &EditionId,
    regions: Option<&[String]>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select match_id, submission_id, challenge_id, region_code, score_micro,
                reasons, state, answer_by, proposed_at
           from matching.matches
          where edition_id = $1
            and ($2::text[] is null or region_code = any($2))
            and ($3::uuid is null or match_id > $3)
          order by match_id
          limit $4",
        edition.as_str(),
        regions,
        after,
        limit,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(Row::kept)
    .collect()
}

struct Row {
    match_id: Uuid,
    submission_id: Uuid,
    challenge_id: Uuid,
    region_code: String,
    score_micro: i64,
    reasons: serde_json::Value,
    state: String,
    answer_by: OffsetDateTime,
    proposed_at: OffsetDateTime,
}

impl Row {
    fn kept(self) -> Result<Kept, StoreError> {
        let reasons = serde_json::from_value(self.reasons)
            .map_err(|e| StoreError::corrupt("matches", "reasons", e.to_string()))?;
        let state = MatchState::from_code(&self.state)
            .ok_or_else(|| StoreError::corrupt("matches", "state", self.state))?;
        Ok(Kept {
            id: MatchId(self.match_id),
            submission: SubmissionId(self.submission_id),
            challenge: ChallengeId(self.challenge_id),
            region_code: self.region_code,
            score_micro: self.score_micro,
            reasons,
            state,
            answer_by: self.answer_by,
            proposed_at: self.proposed_at,
        })
    }
}
