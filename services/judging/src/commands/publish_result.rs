//! An organiser publishes an approved ranking as the provisional result. From here on everybody may see
//! it, and object to it until the window has run.

use std::time::Duration;

use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use super::organisers;
use crate::convert::{int, timestamp};
use crate::domain::ids::parse_ranking;
use crate::errors::Error;
use crate::queries::result::shown;
use crate::store::{rankings, results, rounds};

/// Publishes a ranking.
///
/// # Errors
/// [`Error::Ranking`] unless it is approved and not published yet.
pub async fn publish_result(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::PublishResultRequest,
) -> Result<pb::Result, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(&actor.key(), "PublishResult", &request.request_id, &request)
        .await?
    {
        Begun::Answered(result) => return Ok(result),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let (round, version) = parse_ranking(&request.ranking).map_err(Error::name("ranking"))?;
    organisers(actor, &round)?;
    let planned = rounds::lock(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", round.name()))?;
    let ranking = rankings::get(unit.conn(), &round, version)
        .await?
        .ok_or_else(|| ApiError::not_found("ranking", &request.ranking))?;
    let state = ranking
        .state
        .publish(ranking.approvals, ranking.approvals_required)?;
    rankings::set_state(unit.conn(), &round, ranking.version, state).await?;
    let now = ledger.clock().business();
    let window = u64::try_from(planned.frozen.objection_window_seconds).unwrap_or(0);
    let until = now.checked_add(Duration::from_secs(window)).unwrap_or(now);
    let result_version = results::append(unit.conn(), &round, ranking.version, until, now).await?;
    unit.append(
        &round.aggregate_id(),
        Some(round.edition()),
        &pb::ResultPublished {
            edition_id: round.edition().to_owned(),
            round_id: round.round().to_owned(),
            result_version: int(result_version),
            ranking_hash: ranking.computed.ranking_hash.clone(),
            entry_count: i32::try_from(ranking.computed.rows.len()).unwrap_or(i32::MAX),
            objections_until: Some(timestamp(until)),
        },
    )
    .await?;
    let result = results::standing(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("result", round.result_name()))?;
    Ok(unit
        .finish_request(guard, shown(&round, &result, ranking))
        .await?)
}
