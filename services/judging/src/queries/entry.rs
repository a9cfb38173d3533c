//! An entry as its judge may see it: assignment, declaration and round are checked here, then intake is
//! asked for the blinded view. No other service may ask for it.

use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::intake::v1 as intake;
use winner_proto::judging::v1 as pb;

use crate::commands::judge;
use crate::context::Context;
use crate::convert::int;
use crate::domain::ids::parse_entry;
use crate::errors::Error;
use crate::store::{assignments, rounds};

/// Reads an entry.
///
/// # Errors
/// [`Error::Refused`] for an entry that is not the caller's or while intake does not answer,
/// [`Error::Assignment`] before the declaration, [`Error::Round`] unless the round is open.
pub async fn get(
    context: &Context,
    actor: &Actor,
    request: pb::GetEntryRequest,
) -> Result<pb::Entry, Error> {
    let (round, entry) = parse_entry(&request.name).map_err(Error::name("name"))?;
    let person = judge(actor, &round)?;
    let mut db = context.ledger.pool().acquire().await?;
    let kept = assignments::own(&mut db, &round, entry, person)
        .await?
        .ok_or_else(|| ApiError::not_found("entry", &request.name))?;
    let planned = rounds::get(&mut db, &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", round.name()))?;
    drop(db);
    planned.state.takes_scores()?;
    kept.state.may_read()?;
    let question = intake::GetBlindedEntryRequest {
        edition_id: round.edition().to_owned(),
        submission_id: kept.submission.to_string(),
        version: int(kept.submission_version),
    };
    let seen = context
        .views
        .clone()
        .get_blinded_entry(question)
        .await
        .map_err(|status| ApiError::unavailable("intake", status))?
        .into_inner();
    Ok(pb::Entry {
        name: request.name,
        issue_id: seen.issue_id,
        title: seen.title,
        answers: seen.answers,
    })
}
