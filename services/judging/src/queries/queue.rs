//! A judge's queue.

use winner_messaging::Ledger;
use winner_platform::auth::Actor;
use winner_platform::page::Page;
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
    let page = Page::parse(request.page_size, &request.page_token, USUAL, MOST)?;
    let mut db = ledger.pool().acquire().await?;
    let planned = rounds::get(&mut db, &round).await?;
    if planned.is_none_or(|planned| planned.state == RoundState::Planned) {
        return Ok(pb::ListAssignmentsResponse::default());
    }
    let mut rows = assignments::queue(&mut db, &round, person, page.after, page.limit()).await?;
    let next_page_token = page.cut(&mut rows, |kept| kept.entry.0);
    Ok(pb::ListAssignmentsResponse {
        assignments: rows
            .iter()
            .map(|kept| shown_assignment(&round, kept))
            .collect(),
        next_page_token,
    })
}
