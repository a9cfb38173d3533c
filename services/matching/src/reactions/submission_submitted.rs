//! A submission was sealed: matching keeps a copy, blinded, with whose it is.

use winner_messaging::{ReactionError, Received, Unit};
use winner_proto::intake::v1 as intake;

use super::{Fetched, FromIntake, count, parsed, unavailable};
use crate::domain::ids::EditionId;
use crate::errors::Error;
use crate::store::submissions::{self, SubmissionCopy};

pub(super) async fn fetch(from: &FromIntake, event: &Received) -> Result<Fetched, ReactionError> {
    let said: intake::SubmissionSubmitted = event.decode()?;
    let texts = texts(from, said.edition_id, vec![said.submission_id]).await?;
    Ok(Fetched::Texts(texts))
}

/// Texts of submissions, at most 200.
pub(super) async fn texts(
    from: &FromIntake,
    edition_id: String,
    submission_ids: Vec<String>,
) -> Result<intake::BatchGetMatchingTextResponse, ReactionError> {
    let request = intake::BatchGetMatchingTextRequest {
        edition_id,
        submission_ids,
        ..Default::default()
    };
    let answer = from.views.clone().batch_get_matching_text(request).await;
    Ok(answer.map_err(|status| unavailable(&status))?.into_inner())
}

pub(super) async fn apply(
    unit: &mut Unit,
    event: &Received,
    texts: intake::BatchGetMatchingTextResponse,
) -> Result<(), ReactionError> {
    let said: intake::SubmissionSubmitted = event.decode()?;
    let edition = parsed("edition_id", &said.edition_id)?;
    keep(unit, &edition, texts).await
}

/// Keeps the submissions that were fetched.
pub(super) async fn keep(
    unit: &mut Unit,
    edition: &EditionId,
    texts: intake::BatchGetMatchingTextResponse,
) -> Result<(), ReactionError> {
    for s in texts.submissions {
        let list = |field, ids: &[String]| -> Result<Vec<_>, ReactionError> {
            ids.iter().map(|id| parsed(field, id)).collect()
        };
        let copy = SubmissionCopy {
            id: parsed("submission_id", &s.submission_id)?,
            version: count("version", s.version)?,
            wave: parsed("wave_id", &s.wave_id)?,
            region_code: s.region_code,
            issue_id: s.issue_id,
            organisation: parsed("organisation_id", &s.organisation_id)?,
            members: list("member_person_ids", &s.member_person_ids)?,
            chosen: s
                .challenge_ids
                .iter()
                .map(|id| parsed("challenge_ids", id))
                .collect::<Result<_, _>>()?,
            body: s.text,
        };
        submissions::put(unit.conn(), edition, &copy)
            .await
            .map_err(Error::from)?;
    }
    Ok(())
}
