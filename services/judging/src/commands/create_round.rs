//! An organiser plans a round that the edition's rules name. Its rules are frozen here: what the edition
//! says later changes no round that was planned.

use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use super::organisers;
use crate::convert::{int, shown_round};
use crate::domain::ids::{RoundKey, parse_edition};
use crate::errors::Error;
use crate::store::rounds;

/// Plans a round.
///
/// # Errors
/// [`Error::Refused`] where the rules of the round are not known here or it was planned before.
pub async fn create_round(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::CreateRoundRequest,
) -> Result<pb::Round, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(&actor.key(), "CreateRound", &request.request_id, &request)
        .await?
    {
        Begun::Answered(round) => return Ok(round),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let edition = parse_edition(&request.parent).map_err(Error::name("parent"))?;
    let round = RoundKey::new(edition, &request.round_id).map_err(Error::name("round_id"))?;
    organisers(actor, &round)?;
    let rules = rounds::rules(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", round.name()))?;
    let now = ledger.clock().business();
    if !rounds::plan(unit.conn(), &round, &rules, request.seed, now).await? {
        return Err(ApiError::already_exists("round", round.name()).into());
    }
    unit.append(
        &round.aggregate_id(),
        Some(round.edition()),
        &pb::RoundPlanned {
            edition_id: round.edition().to_owned(),
            round_id: round.round().to_owned(),
            min_reviews: int(rules.rules.min_reviews),
            max_load: int(rules.rules.max_load),
            edition_version: int(rules.edition_version),
        },
    )
    .await?;
    let kept = rounds::get(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", round.name()))?;
    Ok(unit
        .finish_request(guard, shown_round(&round, &kept, (0, 0)))
        .await?)
}
