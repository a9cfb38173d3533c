//! Matches: a government sees its own, the edition's organisers all.

use winner_messaging::Ledger;
use winner_platform::auth::Actor;
use winner_platform::page::Page;
use winner_proto::matching::v1 as pb;

use crate::convert::shown_match;
use crate::domain::ids::parse_edition;
use crate::errors::Error;
use crate::store::matches;

/// Lists a page of matches.
///
/// # Errors
/// [`Error::Refused`] for whoever is neither official nor organiser in the edition.
pub async fn list(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::ListMatchesRequest,
) -> Result<pb::ListMatchesResponse, Error> {
    let edition = parse_edition(&request.parent).map_err(Error::name("parent"))?;
    let regions = visible_regions(actor, edition.as_str())?;
    let page = Page::parse(request.page_size, &request.page_token, 100, 500)?;
    let mut db = ledger.pool().acquire().await?;
    let mut rows = matches::page(
        &mut db,
        &edition,
        regions.as_deref(),
        page.after,
        page.limit(),
    )
    .await?;
    let next_page_token = page.cut(&mut rows, |kept| kept.id.0);
    Ok(pb::ListMatchesResponse {
        matches: rows
            .into_iter()
            .map(|kept| shown_match(&edition, kept))
            .collect(),
        next_page_token,
    })
}

/// The regions whose matches the caller may see; `None` for all of the edition.
fn visible_regions(actor: &Actor, edition: &str) -> Result<Option<Vec<String>>, Error> {
    let overall = ["chair", "organiser", "auditor"];
    if overall.iter().any(|office| actor.holds(office, edition)) {
        return Ok(None);
    }
    actor.require(&["official"], edition)?;
    Ok(Some(
        actor
            .scopes("official", edition)
            .map(str::to_owned)
            .collect(),
    ))
}
