//! An organiser has a round's panel planned: the best total fit under loads and conflicts, proved. A
//! plan may be made again until one is confirmed.

use tokio::time::Instant;
use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::matching::v1 as pb;

use crate::domain::conflicts::forbidden;
use crate::domain::ids::RoundKey;
use crate::domain::panel::{manifest_hash, root_hash};
use crate::domain::planning::{Entrant, Plan, plan};
use crate::errors::Error;
use crate::metrics::{self, PLANNED};
use crate::queries::known::known;
use crate::queries::panel::shown;
use crate::store::panels::{Kept, PanelState};
use crate::store::{judges, panels, rounds, submissions, waves};

/// Plans a panel.
///
/// # Errors
/// [`Error::Refused`] where the round is not planned, a wave is still open or a panel is confirmed;
/// [`Error::Plan`] where there is nothing to review or nobody to review.
pub async fn plan_panel(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::PlanPanelRequest,
) -> Result<pb::Panel, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(&actor.key(), "PlanPanel", &request.request_id, &request)
        .await?
    {
        Begun::Answered(panel) => return Ok(panel),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let round = RoundKey::parse(&request.round).map_err(Error::name("round"))?;
    actor.require(&["chair", "organiser"], round.edition.as_str())?;
    let rules = rounds::get(unit.conn(), &round)
        .await?
        .filter(|rules| rules.planned)
        .ok_or_else(|| ApiError::not_found("round", &request.round))?;
    let before = panels::lock(unit.conn(), &round).await?;
    if before
        .as_ref()
        .is_some_and(|panel| panel.state == PanelState::Confirmed)
    {
        let text = "The panel is confirmed; only single judges can be replaced.";
        return Err(ApiError::precondition("PANEL_CONFIRMED", "panel", text).into());
    }
    let entrants = submissions::eligible(unit.conn(), &round.edition).await?;
    let mut roots = waves::root_hashes(unit.conn(), &round.edition).await?;
    if let Some(open) = entrants
        .iter()
        .find(|e| !roots.contains_key(e.wave.as_str()))
    {
        let text = format!(
            "Wave {} is not closed, so its submissions may still change.",
            open.wave
        );
        return Err(ApiError::precondition("WAVE_OPEN", "wave", text).into());
    }
    roots.retain(|wave, _| entrants.iter().any(|e| e.wave.as_str() == wave));
    let judges = judges::active(unit.conn(), &round.edition).await?;
    let known = known(unit.conn(), &round.edition, &entrants).await?;
    let persons: Vec<_> = judges.iter().map(|j| j.person).collect();
    let input = Plan {
        forbidden: forbidden(&known, &persons).into_keys().collect(),
        entrants: entrants
            .into_iter()
            .map(|s| Entrant {
                submission: s.id,
                version: s.version,
                issue_id: s.issue_id,
                region_code: s.region_code,
            })
            .collect(),
        judges,
        min_reviews: rules.min_reviews,
        max_load: rules.max_load,
        seed: request.seed,
    };
    let started = Instant::now();
    let planned = tokio::task::spawn_blocking(move || plan(&input)).await?;
    PLANNED.took(started.elapsed(), [metrics::outcome(&planned).into()]);
    let planned = planned?;
    let panel = Kept {
        state: PanelState::Planned,
        version: before.map_or(1, |panel| panel.version + 1),
        manifest_hash: manifest_hash(&planned.seats),
        root_hash: root_hash(&roots),
        total_score_micro: planned.total_score_micro,
        missing: planned.missing,
        seed: request.seed,
        edition_version: rules.edition_version,
        planned_at: ledger.clock().business().as_offset(),
    };
    panels::put(unit.conn(), &round, &panel).await?;
    panels::set_seats(unit.conn(), &round, &planned.seats).await?;
    Ok(unit
        .finish_request(guard, shown(&round, panel, &planned.seats))
        .await?)
}
