//! A ranking that is not published yet, for those who decide on it.

use winner_messaging::Ledger;
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use crate::convert::shown_ranking;
use crate::domain::ids::parse_ranking;
use crate::errors::Error;
use crate::store::rankings;

/// Reads a ranking; version `-` is the newest.
///
/// # Errors
/// [`Error::Refused`] for others than the edition's organisers and auditors.
pub async fn get(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::GetRankingRequest,
) -> Result<pb::Ranking, Error> {
    let (round, version) = parse_ranking(&request.name).map_err(Error::name("name"))?;
    actor.require(&["chair", "organiser", "auditor"], round.edition())?;
    let mut db = ledger.pool().acquire().await?;
    let kept = rankings::get(&mut db, &round, version)
        .await?
        .ok_or_else(|| ApiError::not_found("ranking", &request.name))?;
    Ok(shown_ranking(&round, kept))
}
