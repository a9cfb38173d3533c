//! The edition, stage by stage. Each step says what came of it.

mod call;
mod judging;
mod matching;
mod publishing;
mod screening;
mod submissions;

use anyhow::Result;
use serde::Serialize;

use super::Stage;

/// What came of everything.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Told {
    /// Offices that were offered by mail and accepted.
    pub(crate) offices: usize,
    /// Challenges published.
    pub(crate) challenges: usize,
    /// Submissions accepted in time.
    pub(crate) accepted: usize,
    /// Submissions refused because they came late.
    pub(crate) refused_late: usize,
    /// Submissions refused because something was missing.
    pub(crate) refused_incomplete: usize,
    /// Announced as eligible.
    pub(crate) eligible: usize,
    /// Announced as ineligible.
    pub(crate) ineligible: usize,
    /// Matches proposed.
    pub(crate) matches_proposed: usize,
    /// Matches that a government accepted.
    pub(crate) matches_accepted: usize,
    /// Seats of the panel.
    pub(crate) seats: usize,
    /// SHA-256 of the panel as it was confirmed.
    pub(crate) panel_hash: String,
    /// Scorecards that count.
    pub(crate) scorecards: usize,
    /// Judges who stepped back and were replaced.
    pub(crate) replaced: usize,
    /// SHA-256 of the ranking.
    pub(crate) ranking_hash: String,
    /// SHA-256 of what the ranking was computed from.
    pub(crate) inputs_hash: String,
    /// The rows of the published result.
    #[serde(skip)]
    pub(crate) rows: Vec<winner_proto::judging::v1::RankingRow>,
    /// Mails that the sink took.
    pub(crate) mails: usize,
    /// Messages whose fate cannot be said.
    pub(crate) unknown: usize,
}

/// Plays the whole edition.
///
/// # Errors
/// When a step does not come out as it must.
pub(crate) async fn all(stage: &mut Stage) -> Result<Told> {
    let mut told = Told::default();
    call::open(stage, &mut told).await?;
    submissions::play(stage, &mut told).await?;
    screening::play(stage, &mut told).await?;
    matching::play(stage, &mut told).await?;
    judging::play(stage, &mut told).await?;
    publishing::play(stage, &mut told).await?;
    Ok(told)
}

/// `editions/{edition}` of the demo.
fn edition(stage: &Stage) -> String {
    format!("editions/{}", stage.definition.edition_id)
}
