//! A judge's queue.

use uuid::Uuid;
use winner_messaging::Ledger;
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use crate::commands::judge;
use crate::convert::shown_assignment;
use crate::domain::ids::RoundKey;
use crate::domain::round::RoundState;
use crate::errors::Error;
use crate::store::{assignments, rounds};

/// Assignments on a page where the caller does not say.
const USUAL: usize = 100;
/// Most assignments on a page.
const MOST: usize = 500;

/// Lists the caller's own live assignments; nothing before the round is open.
///
/// # Errors
/// [`Error::Refused`] for who is no judge of the edition.
pub async fn list(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::ListAssignmentsRequest,
) -> Result<pb::ListAssignmentsResponse, Error> {
    let round = RoundKey::parse(&request.parent).map_err(Error::name("parent"))?;
    let person = judge(actor, &round)?;
    let size = match usize::try_from(request.page_size) {
        Ok(0) => USUAL,
        Ok(size) => size.min(MOST),
        Err(_) => {
            let text = "must not be negative";
            return Err(ApiError::invalid_field("page_size", "NEGATIVE", text).into());
        }
    };
    let after: Option<Uuid> = match request.page_token.as_str() {
        "" => None,
        token => Some(token.parse().map_err(|_| {
            let text = "must come from the previous page";
            ApiError::invalid_field("page_token", "BAD_TOKEN", text)
        })?),
    };
    let mut db = ledger.pool().acquire().await?;
    let planned = rounds::get(&mut db, &round).await?;
    if planned.is_none_or(|planned| planned.state == RoundState::Planned) {
        return Ok(pb::ListAssignmentsResponse::default());
    }
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut rows = assignments::queue(&mut db, &round, person, after, limit).await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next_page_token = match rows.last() {
        Some(last) if more => last.entry.to_string(),
        _ => String::new(),
    };
    Ok(pb::ListAssignmentsResponse {
        assignments: rows
            .iter()
            .map(|kept| shown_assignment(&round, kept))
            .collect(),
        next_page_token,
    })
}
