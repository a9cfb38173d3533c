//! A version of an edition's rules is in force: matching keeps its part.

use winner_messaging::{ReactionError, Received, Unit};
use winner_proto::intake::v1 as intake;

use super::{Fetched, FromIntake, count, parsed, unavailable};
use crate::errors::Error;
use crate::store::editions::{self, EditionRules};

/// Seconds that a government has to answer where the edition does not say: a week.
const USUAL_ANSWER_SECONDS: i64 = 7 * 24 * 3600;

pub(super) async fn fetch(from: &FromIntake, event: &Received) -> Result<Fetched, ReactionError> {
    let said: intake::EditionVersionApplied = event.decode()?;
    let name = format!("editions/{}/versions/{}", said.edition_id, said.version);
    let version = from
        .editions
        .clone()
        .get_edition_version(intake::GetEditionVersionRequest { name })
        .await
        .map_err(|status| unavailable(&status))?
        .into_inner();
    Ok(Fetched::Rules(Box::new(version)))
}

pub(super) async fn apply(
    unit: &mut Unit,
    event: &Received,
    version: &intake::EditionVersion,
) -> Result<(), ReactionError> {
    let edition = parsed("edition_id", &event.aggregate_id)?;
    let matching = version
        .definition
        .as_ref()
        .and_then(|d| d.matching.as_ref());
    let rules = EditionRules {
        version: count("version", version.version)?,
        sha256: version.sha256.clone(),
        proposals_per_submission: count(
            "proposals_per_submission",
            matching.map_or(0, |m| m.proposals_per_submission),
        )?
        .max(1),
        answer_window_seconds: matching
            .and_then(|m| m.answer_window.as_ref())
            .map_or(USUAL_ANSWER_SECONDS, |w| w.seconds),
    };
    Ok(editions::put(unit.conn(), &edition, &rules)
        .await
        .map_err(Error::from)?)
}
