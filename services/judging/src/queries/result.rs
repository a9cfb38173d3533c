//! The published result of a round, for everybody. Before publication there is nothing here, and nothing
//! that tells whether there will be.

use winner_messaging::Ledger;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;
use winner_proto::types::v1::Deadline;

use crate::convert::{int, shown_row, timestamp};
use crate::domain::ids::{RoundKey, parse_result};
use crate::errors::Error;
use crate::store::{rankings, results};

/// Reads the result that stands.
///
/// # Errors
/// [`Error::Refused`] before publication.
pub async fn get(ledger: &Ledger, request: pb::GetResultRequest) -> Result<pb::Result, Error> {
    let round = parse_result(&request.name).map_err(Error::name("name"))?;
    let absent = || ApiError::not_found("result", &request.name);
    let mut db = ledger.pool().acquire().await?;
    let result = results::standing(&mut db, &round)
        .await?
        .ok_or_else(absent)?;
    let ranking = rankings::get(&mut db, &round, Some(result.ranking_version))
        .await?
        .ok_or_else(absent)?;
    Ok(shown(&round, &result, ranking))
}

/// A result as the contract shows it.
pub(crate) fn shown(
    round: &RoundKey,
    result: &results::Kept,
    ranking: rankings::Kept,
) -> pb::Result {
    let state = if result.is_final {
        pb::ResultState::Final
    } else {
        pb::ResultState::Provisional
    };
    pb::Result {
        name: round.result_name(),
        version: int(result.version),
        state: state.into(),
        rows: ranking.computed.rows.into_iter().map(shown_row).collect(),
        ranking_hash: ranking.computed.ranking_hash,
        inputs_hash: ranking.computed.inputs_hash,
        objections_until: Some(Deadline {
            at: Some(timestamp(result.objections_until)),
            whole_second: false,
        }),
        publish_time: Some(timestamp(result.published_at)),
    }
}
