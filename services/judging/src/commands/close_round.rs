//! An organiser closes a round. First matching is asked where the panel stands: while this service's copy
//! is behind, the round stays open, so that no replacement is lost between the two.

use winner_messaging::Begun;
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;
use winner_proto::matching::v1 as matching;

use super::organisers;
use crate::context::Context;
use crate::convert::{int, shown_round};
use crate::domain::ids::RoundKey;
use crate::errors::Error;
use crate::store::{assignments, panels, rounds};

/// Closes a round.
///
/// # Errors
/// [`Error::Round`] where it is not open or scores are missing; [`Error::Refused`] while matching cannot
/// be asked or the copy of the panel is behind.
pub async fn close_round(
    context: &Context,
    actor: &Actor,
    request: pb::CloseRoundRequest,
) -> Result<pb::Round, Error> {
    if let Some(closed) = context
        .ledger
        .answered_request(&actor.key(), "CloseRound", &request.request_id, &request)
        .await?
    {
        return Ok(closed);
    }
    let round = RoundKey::parse(&request.name).map_err(Error::name("name"))?;
    organisers(actor, &round)?;
    // Asked before the transaction: no call to another process while locks are held.
    let theirs = panel_at_matching(context, &round).await?;
    let (mut unit, guard) = match context
        .ledger
        .begin_request(&actor.key(), "CloseRound", &request.request_id, &request)
        .await?
    {
        Begun::Answered(round) => return Ok(round),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    rounds::hold_for_close(unit.conn(), &round).await?;
    let kept = rounds::lock(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", &request.name))?;
    let ours = panels::get(unit.conn(), &round).await?;
    let agrees = ours.as_ref().is_some_and(|ours| {
        int(ours.version) == theirs.version && ours.manifest_hash == theirs.manifest_hash
    });
    let (live, scored) = assignments::progress(unit.conn(), &round).await?;
    let state = kept
        .state
        .close(live.saturating_sub(scored), request.accept_missing)?;
    if !agrees {
        let text = "The panel has changed and the change has not arrived yet; try again shortly.";
        return Err(ApiError::conflict("PANEL_BEHIND", text).into());
    }
    rounds::set_state(unit.conn(), &round, state, Some(&theirs.manifest_hash)).await?;
    unit.append(
        &round.aggregate_id(),
        Some(round.edition()),
        &pb::RoundClosed {
            edition_id: round.edition().to_owned(),
            round_id: round.round().to_owned(),
            scorecard_count: int(scored),
        },
    )
    .await?;
    let kept = rounds::get(unit.conn(), &round).await?.unwrap_or(kept);
    Ok(unit
        .finish_request(guard, shown_round(&round, &kept, (live, scored)))
        .await?)
}

async fn panel_at_matching(
    context: &Context,
    round: &RoundKey,
) -> Result<matching::PanelStatus, ApiError> {
    let question = matching::GetPanelStateRequest {
        edition_id: round.edition().to_owned(),
        round_id: round.round().to_owned(),
    };
    match context.panels.clone().get_panel_state(question).await {
        Ok(status) => Ok(status.into_inner()),
        Err(status) if status.code() == tonic::Code::NotFound => {
            let text = "The round has no panel.";
            Err(ApiError::precondition("NO_PANEL", "round", text))
        }
        Err(status) => Err(ApiError::unavailable("matching", status)),
    }
}
