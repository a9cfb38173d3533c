//! A round and how far it is.

use winner_messaging::Ledger;
use winner_platform::auth::{Actor, Caller};
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use crate::convert::shown_round;
use crate::domain::ids::RoundKey;
use crate::errors::Error;
use crate::store::{assignments, rounds};

/// Reads a round.
///
/// # Errors
/// [`Error::Refused`] for others than the edition's organisers, auditors, judges, and matching.
pub async fn get(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::GetRoundRequest,
) -> Result<pb::Round, Error> {
    let round = RoundKey::parse(&request.name).map_err(Error::name("name"))?;
    if !matches!(actor.caller, Caller::Service(_)) {
        actor.require(&["chair", "organiser", "auditor", "judge"], round.edition())?;
    }
    let mut db = ledger.pool().acquire().await?;
    let kept = rounds::get(&mut db, &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", &request.name))?;
    // How far a round is, is told to those who run it; a judge must not learn it before the close.
    let overall = ["chair", "organiser", "auditor"];
    let progress = if overall
        .iter()
        .any(|office| actor.holds(office, round.edition()))
    {
        assignments::progress(&mut db, &round).await?
    } else {
        (0, 0)
    };
    Ok(shown_round(&round, &kept, progress))
}
