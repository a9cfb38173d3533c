//! A chair or an organiser applies a further version of an edition's rules.

use winner_messaging::Unit;
use winner_proto::intake::v1::EditionDefinition;

use super::create_edition::{canonical, faults, title, version_applied};
use crate::context::{Caller, Context};
use crate::domain::edition::check::check;
use crate::domain::ids::EditionId;
use crate::domain::names;
use crate::domain::office::Office;
use crate::refusal::Refusal;
use crate::rules::no_edition;
use crate::store::editions::{EditionRow, EditionState};
use crate::store::{editions, memberships, waves};

/// Puts the next version in force.
///
/// The dates of a wave move under the wave's own lock, so that a submission is judged wholly by the
/// old or wholly by the new ones; those of a closed wave stay.
///
/// # Errors
/// [`Refusal::Denied`], [`Refusal::Conflict`] on another etag, [`Refusal::Invalid`] with every
/// problem, [`Refusal::Precondition`] where a closed wave's dates would move.
pub(crate) async fn apply_edition_version(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
    definition: &EditionDefinition,
    etag: i64,
) -> Result<EditionRow, Refusal> {
    let offices = [Office::Chair, Office::Organiser];
    if !memberships::holds(unit.conn(), caller.person, &offices, edition).await? {
        return Err(Refusal::Denied("OFFICE_REQUIRED"));
    }
    let rules = check(definition).map_err(faults)?;
    let dates = waves::list(unit.conn(), edition).await?;
    for wave in &dates {
        let moved =
            rules.waves.get(&wave.wave).map(|now| now.submissions) != Some(wave.submissions);
        if moved {
            waves::lock_closing(unit.conn(), edition, &wave.wave).await?;
        }
    }
    let row = editions::lock(unit.conn(), edition)
        .await?
        .ok_or_else(|| no_edition(edition))?;
    if row.etag != etag {
        return Err(Refusal::stale());
    }
    let earlier = context
        .rules
        .version(unit.conn(), edition, row.version)
        .await?;
    let mut broken = rules.breaks_with(&earlier);
    if row.state == EditionState::Draft {
        // Nobody relies on a draft's waves and provinces yet.
        broken.retain(|problem| !matches!(problem.path.as_str(), "waves" | "provinces"));
    }
    if !broken.is_empty() {
        return Err(faults(broken));
    }
    let now = context.now();
    let version = canonical(definition, row.version + 1, now)?;
    // Read again: under the locks nothing closes any more.
    for wave in waves::list(unit.conn(), edition).await? {
        match rules.waves.get(&wave.wave) {
            Some(dates) if wave.closing.is_some() && dates.submissions != wave.submissions => {
                let subject = names::wave(edition, &wave.wave);
                let text = "a closed wave keeps its dates";
                return Err(Refusal::precondition("WAVE_CLOSED", subject, text));
            }
            Some(_) => {}
            None => waves::remove(unit.conn(), edition, &wave.wave).await?,
        }
    }
    for (wave, dates) in &rules.waves {
        waves::put(unit.conn(), edition, wave, &dates.submissions).await?;
    }
    editions::insert_version(unit.conn(), edition, &version, caller.person).await?;
    let title = title(definition);
    editions::apply_version(unit.conn(), edition, &title, &version).await?;
    let applied = EditionRow {
        title,
        version: version.version,
        sha256: version.sha256,
        etag: row.etag + 1,
        ..row
    };
    unit.append(
        edition.as_str(),
        Some(edition.as_str()),
        &version_applied(&applied),
    )
    .await?;
    Ok(applied)
}
