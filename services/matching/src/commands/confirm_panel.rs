//! An organiser confirms the plan they have seen, and only that one.

use winner_messaging::{Begun, Ledger, Unit};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::matching::v1 as pb;

use crate::domain::conflicts::forbidden;
use crate::domain::ids::RoundKey;
use crate::domain::panel::Seat;
use crate::errors::Error;
use crate::queries::known::known;
use crate::queries::panel::shown;
use crate::store::panels::{self, Kept, PanelState};
use crate::store::{judges, submissions};

/// Confirms a panel.
///
/// # Errors
/// [`Error::Refused`] where the plan is another than the one seen, is confirmed already, seats a judge
/// who may no longer sit there, or leaves submissions short without the caller's word that this is
/// accepted.
pub async fn confirm_panel(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::ConfirmPanelRequest,
) -> Result<pb::Panel, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(&actor.key(), "ConfirmPanel", &request.request_id, &request)
        .await?
    {
        Begun::Answered(panel) => return Ok(panel),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let round = RoundKey::parse_panel(&request.name).map_err(Error::name("name"))?;
    actor.require(&["chair", "organiser"], round.edition.as_str())?;
    let panel = panels::lock(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("panel", &request.name))?;
    check(&panel, &request)?;
    let seats = panels::seats(unit.conn(), &round).await?;
    check_seats(&mut unit, &round, &seats).await?;
    let panel = Kept {
        state: PanelState::Confirmed,
        ..panel
    };
    panels::put(unit.conn(), &round, &panel).await?;
    unit.append(
        &round.aggregate_id(),
        Some(round.edition.as_str()),
        &pb::PanelConfirmed {
            edition_id: round.edition.to_string(),
            round_id: round.round.to_string(),
            panel_version: i32::try_from(panel.version).unwrap_or(i32::MAX),
            manifest_hash: panel.manifest_hash.clone(),
            root_hash: panel.root_hash.clone(),
            assignment_count: i32::try_from(seats.len()).unwrap_or(i32::MAX),
            edition_version: i32::try_from(panel.edition_version).unwrap_or(i32::MAX),
        },
    )
    .await?;
    Ok(unit
        .finish_request(guard, shown(&round, panel, &seats))
        .await?)
}

fn check(panel: &Kept, request: &pb::ConfirmPanelRequest) -> Result<(), ApiError> {
    if panel.state == PanelState::Confirmed {
        let text = "The panel is confirmed already.";
        return Err(ApiError::precondition("PANEL_CONFIRMED", "panel", text));
    }
    if panel.manifest_hash != request.manifest_hash {
        let text = "The panel was planned anew; look at it and confirm what you see.";
        return Err(ApiError::conflict("PANEL_CHANGED", text));
    }
    if !panel.missing.is_empty() && !request.accept_shortfalls {
        let text = format!(
            "{} submissions lack judges; invite judges or raise quotas, or accept it.",
            panel.missing.len()
        );
        return Err(ApiError::precondition("SUBMISSIONS_SHORT", "panel", text));
    }
    Ok(())
}

/// Between plan and confirmation a conflict may be learned or an office lost. Only confirmed panels are
/// repaired, so such a plan is refused here.
async fn check_seats(unit: &mut Unit, round: &RoundKey, seats: &[Seat]) -> Result<(), Error> {
    let entrants = submissions::eligible(unit.conn(), &round.edition).await?;
    let known = known(unit.conn(), &round.edition, &entrants).await?;
    let active = judges::active(unit.conn(), &round.edition).await?;
    let persons: Vec<_> = active.iter().map(|j| j.person).collect();
    let barred = forbidden(&known, &persons);
    let broken = seats
        .iter()
        .any(|s| !persons.contains(&s.judge) || barred.contains_key(&(s.submission, s.judge)));
    if broken {
        let text = "A judge of this panel may no longer have one of their seats; plan it anew.";
        return Err(ApiError::conflict("PANEL_OUTDATED", text).into());
    }
    Ok(())
}
