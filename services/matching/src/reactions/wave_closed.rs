//! A wave is closed: matching compares its copies with what was sealed, repairs what is missing, and
//! raises an alarm, because a copy should never be behind.

use winner_messaging::{ReactionError, Received, Unit};
use winner_proto::intake::v1 as intake;

use super::submission_submitted::{keep, texts};
use super::{Fetched, FromIntake, count, parsed, unavailable};
use crate::domain::ids::{EditionId, WaveId};
use crate::errors::Error;
use crate::store::{submissions, waves};

/// Most submissions whose texts are asked for at once.
const BATCH: usize = 200;

pub(super) async fn fetch(from: &FromIntake, event: &Received) -> Result<Fetched, ReactionError> {
    let said: intake::WaveClosed = event.decode()?;
    let sealed = sealed(from, &said).await?;
    let edition: EditionId = parsed("edition_id", &said.edition_id)?;
    let wave: WaveId = parsed("wave_id", &said.wave_id)?;
    let mut db = from.ledger.pool().acquire().await?;
    let here = submissions::of_wave(&mut db, &edition, &wave)
        .await
        .map_err(Error::from)?;
    drop(db);
    let missing: Vec<_> = sealed
        .iter()
        .filter(|s| {
            !here.iter().any(|(id, version)| {
                id.to_string() == s.submission_id && i64::from(*version) >= i64::from(s.version)
            })
        })
        .map(|s| s.submission_id.clone())
        .collect();
    if !missing.is_empty() {
        tracing::warn!(
            wave.id = %wave,
            edition.id = %edition,
            submissions.missing = missing.len(),
            "wave.copy.incomplete: {} sealed submissions of wave {wave} were not here; fetched",
            missing.len(),
        );
    }
    let mut found = intake::BatchGetMatchingTextResponse::default();
    for batch in missing.chunks(BATCH) {
        let some = texts(from, said.edition_id.clone(), batch.to_vec()).await?;
        found.submissions.extend(some.submissions);
    }
    Ok(Fetched::Sealed(sealed, found))
}

async fn sealed(
    from: &FromIntake,
    said: &intake::WaveClosed,
) -> Result<Vec<intake::SealedSubmission>, ReactionError> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = intake::ListSealedRequest {
            edition_id: said.edition_id.clone(),
            wave_id: said.wave_id.clone(),
            page_size: 0,
            page_token,
        };
        let page = from.views.clone().list_sealed(request).await;
        let page = page.map_err(|status| unavailable(&status))?.into_inner();
        all.extend(page.submissions);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}

pub(super) async fn apply(
    unit: &mut Unit,
    event: &Received,
    sealed: &[intake::SealedSubmission],
    found: intake::BatchGetMatchingTextResponse,
) -> Result<(), ReactionError> {
    let said: intake::WaveClosed = event.decode()?;
    let edition = parsed("edition_id", &said.edition_id)?;
    let wave = parsed("wave_id", &said.wave_id)?;
    let accepted = count("accepted_count", said.accepted_count)?;
    if usize::try_from(accepted).unwrap_or(usize::MAX) != sealed.len() {
        let text = format!("{accepted} were counted, {} are listed", sealed.len());
        return Err(ReactionError::rejected("wave_count_differs", text));
    }
    keep(unit, &edition, found).await?;
    Ok(
        waves::put(unit.conn(), &edition, &wave, accepted, &said.root_hash)
            .await
            .map_err(Error::from)?,
    )
}
