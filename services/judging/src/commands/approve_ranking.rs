//! Somebody approves the ranking they have seen. It takes as many different people as the rules say; until
//! then the ranking answers that it waits for approval.

use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use super::organisers;
use crate::convert::{int, ranking_state, shown_ranking};
use crate::domain::ids::{PersonId, parse_ranking};
use crate::domain::ranking::RankingStateError;
use crate::errors::Error;
use crate::store::{rankings, rounds};

/// Approves a ranking.
///
/// # Errors
/// [`Error::Ranking`] where the same person approved before, the ranking is another than the one seen, or
/// can no longer be approved.
pub async fn approve_ranking(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::ApproveRankingRequest,
) -> Result<pb::Ranking, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(
            &actor.key(),
            "ApproveRanking",
            &request.request_id,
            &request,
        )
        .await?
    {
        Begun::Answered(ranking) => return Ok(ranking),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let (round, version) = parse_ranking(&request.name).map_err(Error::name("name"))?;
    organisers(actor, &round)?;
    let person = PersonId(actor.person()?);
    rounds::lock(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", round.name()))?;
    let ranking = rankings::get(unit.conn(), &round, version)
        .await?
        .ok_or_else(|| ApiError::not_found("ranking", &request.name))?;
    if ranking.computed.ranking_hash != request.ranking_hash {
        return Err(RankingStateError::OtherRanking.into());
    }
    let state = ranking
        .state
        .approve(ranking.approvals, ranking.approvals_required)?;
    let now = ledger.clock().business();
    if !rankings::approve(unit.conn(), &round, ranking.version, person, now).await? {
        return Err(RankingStateError::SamePerson.into());
    }
    rankings::set_state(unit.conn(), &round, ranking.version, state).await?;
    unit.append(
        &round.aggregate_id(),
        Some(round.edition()),
        &pb::RankingApproved {
            edition_id: round.edition().to_owned(),
            round_id: round.round().to_owned(),
            ranking_version: int(ranking.version),
            approver_person_id: person.to_string(),
            state: ranking_state(state).into(),
        },
    )
    .await?;
    let ranking = rankings::get(unit.conn(), &round, Some(ranking.version))
        .await?
        .ok_or_else(|| ApiError::not_found("ranking", &request.name))?;
    Ok(unit
        .finish_request(guard, shown_ranking(&round, ranking))
        .await?)
}
