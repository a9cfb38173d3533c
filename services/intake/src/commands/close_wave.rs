//! Time closes a wave: the accepted submissions are counted, and one hash stands for them all.

use std::time::Duration;

use winner_messaging::{Origin, Unit};
use winner_platform::BusinessTime;
use winner_proto::intake::v1::WaveClosed;

use crate::context::Context;
use crate::domain::closing::{Accepted, RootHash};
use crate::domain::ids::{EditionId, WaveId};
use crate::domain::names;
use crate::refusal::Refusal;
use crate::store::waves::{self, Closing, WaveRow};
use crate::store::{inconsistent, versions};

/// How many sealed versions are read at once.
const PAGE: i64 = 1_000;

/// The waves that may be closed now: their deadline has passed by more than a submission may take.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn due(context: &Context) -> Result<Vec<WaveRow>, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let Some(before) = context
        .now()
        .checked_sub(context.settings.submit_max_duration)
    else {
        return Ok(Vec::new());
    };
    let waves = waves::due(&mut conn, before).await?;
    Ok(waves
        .into_iter()
        .filter(|wave| is_due(wave, context))
        .collect())
}

/// Closes a wave, once: waits for every submission at work, counts, hashes, and says so. Says
/// whether this call closed it.
///
/// # Errors
/// [`Refusal::Store`]; a lock that is not to be had in time is tried again at the next turn.
pub(crate) async fn close_wave(
    context: &Context,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<bool, Refusal> {
    let mut unit = context
        .ledger
        .begin(Origin::job("close_wave", &context.ids))
        .await?;
    waves::lock_closing(unit.conn(), edition, wave).await?;
    // Another copy may have closed it, or its dates may have moved, while this one waited.
    let row = waves::find(unit.conn(), edition, wave).await?;
    if !row.is_some_and(|row| row.closing.is_none() && is_due(&row, context)) {
        return Ok(false);
    }
    let accepted = accepted(&mut unit, edition, wave).await?;
    let closing = Closing {
        accepted: i32::try_from(accepted.len())
            .map_err(|_| inconsistent("waves", "accepted_count"))?,
        root: RootHash::over(&accepted),
    };
    waves::close(unit.conn(), edition, wave, &closing, context.now()).await?;
    let event = WaveClosed {
        edition_id: edition.to_string(),
        wave_id: wave.to_string(),
        accepted_count: closing.accepted,
        root_hash: closing.root.to_string(),
    };
    let aggregate = names::wave_aggregate(edition, wave);
    unit.append(&aggregate, Some(edition.as_str()), &event)
        .await?;
    unit.commit().await?;
    tracing::info!(%edition, %wave, accepted = closing.accepted, root_hash = %closing.root, "wave.closed");
    Ok(true)
}

fn is_due(wave: &WaveRow, context: &Context) -> bool {
    last_answer(wave, context.settings.submit_max_duration).is_some_and(|last| context.now() > last)
}

/// The last moment at which a request that arrived in time may still be at work.
fn last_answer(wave: &WaveRow, submit_max_duration: Duration) -> Option<BusinessTime> {
    let closes = wave.submissions.closes;
    let rest = if closes.whole_second {
        Duration::from_secs(1)
    } else {
        Duration::from_millis(1)
    };
    closes
        .at
        .checked_add(rest)?
        .checked_add(submit_max_duration)
}

async fn accepted(
    unit: &mut Unit,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<Vec<Accepted>, Refusal> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|one: &Accepted| one.submission.as_uuid());
        let page = versions::of_wave(unit.conn(), edition, wave, after, PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
