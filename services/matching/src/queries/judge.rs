//! A judge's expertise and quota.

use winner_messaging::Ledger;
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::matching::v1 as pb;

use crate::commands::update_judge::{authorise, shown};
use crate::domain::ids::parse_judge;
use crate::errors::Error;
use crate::store::judges;

/// Reads a judge: their own, or any for the edition's organisers.
///
/// # Errors
/// [`Error::Refused`] for others, and where nothing is known of the judge.
pub async fn judge(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::GetJudgeRequest,
) -> Result<pb::Judge, Error> {
    let (edition, person) = parse_judge(&request.name).map_err(Error::name("name"))?;
    authorise(actor, &edition, person)?;
    let mut db = ledger.pool().acquire().await?;
    let kept = judges::get(&mut db, &edition, person)
        .await?
        .ok_or_else(|| ApiError::not_found("judge", &request.name))?;
    Ok(shown(&edition, kept))
}
