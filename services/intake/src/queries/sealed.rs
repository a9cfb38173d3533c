//! The sealed submissions of a closed wave, to compare with copies.

use uuid::Uuid;

use crate::context::Context;
use crate::domain::closing::Accepted;
use crate::domain::ids::{EditionId, WaveId};
use crate::domain::names;
use crate::refusal::Refusal;
use crate::store::{versions, waves};

/// A page of what a wave's root hash is over.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Precondition`] before the wave has closed.
pub(crate) async fn list(
    context: &Context,
    edition: &EditionId,
    wave: &WaveId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Accepted>, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let name = || names::wave(edition, wave);
    let row = waves::find(&mut conn, edition, wave).await?;
    let row = row.ok_or_else(|| Refusal::NotFound("wave", name()))?;
    if row.closing.is_none() {
        return Err(Refusal::precondition(
            "WAVE_NOT_CLOSED",
            name(),
            "the wave has not closed",
        ));
    }
    Ok(versions::of_wave(&mut conn, edition, wave, after, limit).await?)
}
