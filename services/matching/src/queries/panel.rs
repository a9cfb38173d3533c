//! A round's panel: whole for those who plan it, and where it stands for judging.

use winner_messaging::Ledger;
use winner_platform::auth::{Actor, Caller};
use winner_platform::error::ApiError;
use winner_proto::matching::v1 as pb;

use crate::convert::timestamp;
use crate::domain::ids::RoundKey;
use crate::domain::panel::Seat;
use crate::errors::Error;
use crate::store::panels::{self, Kept, PanelState};

/// Reads a panel with its seats, as one consistent snapshot.
///
/// # Errors
/// [`Error::Refused`] for others than the edition's organisers, auditors and judging.
pub async fn get(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::GetPanelRequest,
) -> Result<pb::Panel, Error> {
    let round = RoundKey::parse_panel(&request.name).map_err(Error::name("name"))?;
    if !matches!(actor.caller, Caller::Service(_)) {
        actor.require(&["chair", "organiser", "auditor"], round.edition.as_str())?;
    }
    let mut tx = ledger.pool().begin().await?;
    // The lock keeps head and seats of one version together.
    let panel = panels::lock(&mut tx, &round)
        .await?
        .ok_or_else(|| ApiError::not_found("panel", &request.name))?;
    let seats = panels::seats(&mut tx, &round).await?;
    tx.commit().await?;
    Ok(shown(&round, panel, &seats))
}

/// Says where a panel stands.
///
/// # Errors
/// [`Error::Refused`] where there is none.
pub async fn state(
    ledger: &Ledger,
    request: pb::GetPanelStateRequest,
) -> Result<pb::PanelStatus, Error> {
    let round = RoundKey {
        edition: request
            .edition_id
            .parse()
            .map_err(Error::name("edition_id"))?,
        round: request.round_id.parse().map_err(Error::name("round_id"))?,
    };
    let mut tx = ledger.pool().begin().await?;
    let panel = panels::lock(&mut tx, &round)
        .await?
        .ok_or_else(|| ApiError::not_found("panel", round.panel_name()))?;
    let seats = panels::seats(&mut tx, &round).await?;
    tx.commit().await?;
    Ok(pb::PanelStatus {
        state: shown_state(panel.state).into(),
        version: i32::try_from(panel.version).unwrap_or(i32::MAX),
        manifest_hash: panel.manifest_hash,
        assignment_count: i32::try_from(seats.len()).unwrap_or(i32::MAX),
    })
}

fn shown_state(state: PanelState) -> pb::PanelState {
    match state {
        PanelState::Planned => pb::PanelState::Planned,
        PanelState::Confirmed => pb::PanelState::Confirmed,
    }
}

/// A panel as the contract shows it.
pub(crate) fn shown(round: &RoundKey, panel: Kept, seats: &[Seat]) -> pb::Panel {
    let int = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    pb::Panel {
        name: round.panel_name(),
        state: shown_state(panel.state).into(),
        version: int(panel.version),
        assignments: seats
            .iter()
            .map(|s| pb::PanelAssignment {
                submission_id: s.submission.to_string(),
                submission_version: int(s.version),
                judge_person_id: s.judge.to_string(),
                score_micro: s.score_micro,
                kind: pb::AssignmentKind::Regular.into(),
            })
            .collect(),
        manifest_hash: panel.manifest_hash,
        root_hash: panel.root_hash,
        shortfalls: panel
            .missing
            .iter()
            .map(|m| pb::Shortfall {
                submission_id: m.submission.to_string(),
                missing: int(m.judges),
            })
            .collect(),
        total_score_micro: panel.total_score_micro,
        plan_time: Some(timestamp(panel.planned_at)),
        edition_version: int(panel.edition_version),
    }
}
