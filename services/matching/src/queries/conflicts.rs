//! The conflicts of an edition, for its organisers and auditors.

use winner_messaging::Ledger;
use winner_platform::auth::Actor;
use winner_platform::page::Page;
use winner_proto::matching::v1 as pb;

use crate::commands::declare_conflict::shown;
use crate::domain::ids::parse_edition;
use crate::errors::Error;
use crate::store::conflicts;

/// Lists a page of conflicts.
///
/// # Errors
/// [`Error::Refused`] for others.
pub async fn list(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::ListConflictsRequest,
) -> Result<pb::ListConflictsResponse, Error> {
    let edition = parse_edition(&request.parent).map_err(Error::name("parent"))?;
    actor.require(&["chair", "organiser", "auditor"], edition.as_str())?;
    let page = Page::parse(request.page_size, &request.page_token, 100, 500)?;
    let mut db = ledger.pool().acquire().await?;
    let mut rows = conflicts::page(&mut db, &edition, page.after, page.limit()).await?;
    let next_page_token = page.cut(&mut rows, |kept| kept.id.0);
    Ok(pb::ListConflictsResponse {
        conflicts: rows.iter().map(|kept| shown(&edition, kept)).collect(),
        next_page_token,
    })
}
