//! A chair or an organiser opens an edition: its windows count from now on.

use winner_messaging::Unit;
use winner_proto::intake::v1::EditionOpened;

use crate::context::{Caller, Context};
use crate::domain::ids::EditionId;
use crate::domain::names;
use crate::domain::office::Office;
use crate::refusal::Refusal;
use crate::rules::no_edition;
use crate::store::editions::{EditionRow, EditionState};
use crate::store::{editions, memberships};

/// Opens a draft.
///
/// # Errors
/// [`Refusal::Denied`], [`Refusal::Precondition`] unless it is a draft.
pub(crate) async fn open_edition(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
) -> Result<EditionRow, Refusal> {
    let offices = [Office::Chair, Office::Organiser];
    if !memberships::holds(unit.conn(), caller.person, &offices, edition).await? {
        return Err(Refusal::Denied("OFFICE_REQUIRED"));
    }
    let row = editions::lock(unit.conn(), edition)
        .await?
        .ok_or_else(|| no_edition(edition))?;
    if row.state != EditionState::Draft {
        let text = "only a draft can be opened";
        return Err(Refusal::precondition(
            "EDITION_NOT_DRAFT",
            names::edition(edition),
            text,
        ));
    }
    editions::open(unit.conn(), edition, context.now()).await?;
    let event = EditionOpened {
        edition_id: edition.to_string(),
        version: row.version,
    };
    unit.append(edition.as_str(), Some(edition.as_str()), &event)
        .await?;
    Ok(EditionRow {
        state: EditionState::Open,
        etag: row.etag + 1,
        ..row
    })
}
