//! An organiser opens a round with the panel they confirmed. If this service does not know that panel
//! yet, the round stays closed: the caller tries again in a moment.

use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use super::organisers;
use crate::convert::{moment, shown_round};
use crate::domain::ids::RoundKey;
use crate::errors::Error;
use crate::store::{assignments, panels, rounds};

/// Opens a round.
///
/// # Errors
/// [`Error::Round`] where it was opened before or the panel is another than the one seen.
pub async fn open_round(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::OpenRoundRequest,
) -> Result<pb::Round, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(&actor.key(), "OpenRound", &request.request_id, &request)
        .await?
    {
        Begun::Answered(round) => return Ok(round),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let round = RoundKey::parse(&request.name).map_err(Error::name("name"))?;
    organisers(actor, &round)?;
    let kept = rounds::lock(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", &request.name))?;
    let known = panels::get(unit.conn(), &round).await?;
    let state = kept.state.open(
        &request.manifest_hash,
        known.as_ref().map(|p| p.manifest_hash.as_str()),
    )?;
    rounds::set_state(unit.conn(), &round, state, Some(&request.manifest_hash)).await?;
    let assigned = assignments::of_round(unit.conn(), &round).await?;
    let mut judges: Vec<_> = assigned
        .iter()
        .filter(|a| a.state.is_live())
        .map(|a| a.judge.to_string())
        .collect();
    judges.sort();
    judges.dedup();
    unit.append(
        &round.aggregate_id(),
        Some(round.edition()),
        &pb::RoundOpened {
            edition_id: round.edition().to_owned(),
            round_id: round.round().to_owned(),
            manifest_hash: request.manifest_hash,
            judge_person_ids: judges,
            scoring_closes_at: kept.frozen.rules.scoring_closes_at.map(moment),
        },
    )
    .await?;
    let progress = assignments::progress(unit.conn(), &round).await?;
    let kept = rounds::get(unit.conn(), &round).await?.unwrap_or(kept);
    Ok(unit
        .finish_request(guard, shown_round(&round, &kept, progress))
        .await?)
}
