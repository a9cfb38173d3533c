//! Judging plans and closes rounds: between the two, matching keeps the round's panel.

use winner_messaging::{ReactionError, Received, Unit};
use winner_proto::judging::v1 as judging;

use super::{count, parsed};
use crate::domain::ids::RoundKey;
use crate::errors::Error;
use crate::store::rounds;

pub(super) async fn planned(unit: &mut Unit, event: &Received) -> Result<(), ReactionError> {
    let said: judging::RoundPlanned = event.decode()?;
    let round = key(&said.edition_id, &said.round_id)?;
    rounds::plan(
        unit.conn(),
        &round,
        count("min_reviews", said.min_reviews)?,
        count("max_load", said.max_load)?,
        count("edition_version", said.edition_version)?,
    )
    .await
    .map_err(Error::from)?;
    Ok(())
}

pub(super) async fn closed(unit: &mut Unit, event: &Received) -> Result<(), ReactionError> {
    let said: judging::RoundClosed = event.decode()?;
    let round = key(&said.edition_id, &said.round_id)?;
    Ok(rounds::close(unit.conn(), &round)
        .await
        .map_err(Error::from)?)
}

fn key(edition: &str, round: &str) -> Result<RoundKey, ReactionError> {
    Ok(RoundKey {
        edition: parsed("edition_id", edition)?,
        round: parsed("round_id", round)?,
    })
}
