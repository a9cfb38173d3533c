//! An organiser announces the screening of a wave: all decided ones together.

use winner_messaging::{Origin, Unit};
use winner_proto::intake::v1::{Outcome, SubmissionOutcomeAnnounced};

use crate::context::{Caller, Context};
use crate::domain::ids::{EditionId, WaveId};
use crate::domain::names;
use crate::domain::office::Office;
use crate::domain::screening::{Screening, Verdict};
use crate::refusal::Refusal;
use crate::store::screenings::{self, ScreeningRow};
use crate::store::{memberships, submissions, waves};

/// At most this many submissions are announced in one transaction.
const BATCH: i64 = 500;

/// What stands announced in a wave.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Announced {
    pub(crate) eligible: i64,
    pub(crate) ineligible: i64,
    pub(crate) needs_correction: i64,
}

/// What one step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing was done: more wait than one transaction may hold. Announce a [`batch`] by itself.
    TooMany,
    /// All that is decided is announced.
    Done(Announced),
}

/// Announces the decided screenings of a closed wave, where they fit one transaction.
///
/// # Errors
/// [`Refusal::Denied`] unless the caller is an organiser or chair of this edition,
/// [`Refusal::NotFound`], [`Refusal::Precondition`] before the wave has closed.
pub(crate) async fn announce_outcomes(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<Step, Refusal> {
    let offices = [Office::Organiser, Office::Chair];
    if !memberships::holds(unit.conn(), caller.person, &offices, edition).await? {
        return Err(Refusal::Denied("OFFICE_REQUIRED"));
    }
    let name = || names::wave(edition, wave);
    let row = waves::find(unit.conn(), edition, wave).await?;
    let row = row.ok_or_else(|| Refusal::NotFound("wave", name()))?;
    if row.closing.is_none() {
        let text = "outcomes are announced after the wave has closed";
        return Err(Refusal::precondition("WAVE_NOT_CLOSED", name(), text));
    }
    if screenings::count_to_announce(unit.conn(), edition, wave).await? > BATCH {
        return Ok(Step::TooMany);
    }
    announce_some(context, unit, edition, wave).await?;
    let mut announced = Announced::default();
    for (verdict, count) in screenings::count_announced(unit.conn(), edition, wave).await? {
        match verdict {
            Verdict::Eligible => announced.eligible = count,
            Verdict::Ineligible => announced.ineligible = count,
            Verdict::NeedsCorrection => announced.needs_correction = count,
        }
    }
    Ok(Step::Done(announced))
}

/// Announces up to [`BATCH`] in a transaction of their own, which stands by itself: an interruption
/// loses nothing. Only after [`announce_outcomes`] has let the caller pass.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn batch(
    context: &Context,
    origin: Origin,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<(), Refusal> {
    let mut unit = context.ledger.begin(origin).await?;
    announce_some(context, &mut unit, edition, wave).await?;
    unit.commit().await?;
    Ok(())
}

async fn announce_some(
    context: &Context,
    unit: &mut Unit,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<(), Refusal> {
    let some = screenings::lock_to_announce(unit.conn(), edition, wave, BATCH).await?;
    let ids: Vec<String> = some.iter().map(|row| row.submission.to_string()).collect();
    unit.lock_aggregates("submission", &ids).await?;
    for row in some {
        announce(context, unit, edition, row).await?;
    }
    Ok(())
}

async fn announce(
    context: &Context,
    unit: &mut Unit,
    edition: &EditionId,
    row: ScreeningRow,
) -> Result<(), Refusal> {
    let now = context.now();
    let Some(Screening::Announced(decision, _)) = row.screening.announce(now) else {
        return Ok(());
    };
    screenings::mark_announced(unit.conn(), row.submission, row.version, now).await?;
    submissions::set_outcome(unit.conn(), row.submission, decision.verdict).await?;
    let outcome = match decision.verdict {
        Verdict::Eligible => Outcome::Eligible,
        Verdict::Ineligible => Outcome::Ineligible,
        Verdict::NeedsCorrection => Outcome::NeedsCorrection,
    };
    let event = SubmissionOutcomeAnnounced {
        edition_id: edition.to_string(),
        submission_id: row.submission.to_string(),
        version: row.version,
        outcome: outcome.into(),
    };
    unit.append(&row.submission.to_string(), Some(edition.as_str()), &event)
        .await?;
    Ok(())
}
