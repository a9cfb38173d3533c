//! Organisations, for their members and for the secretariat of editions they take part in.

use super::SECRETARIAT;
use crate::context::{Caller, Context};
use crate::domain::ids::OrganisationId;
use crate::domain::names;
use crate::refusal::Refusal;
use crate::store::memberships;
use crate::store::organisations::{self, OrganisationRow};

/// An organisation that the caller may see.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none or it is none of the caller's business.
pub(crate) async fn get(
    context: &Context,
    caller: Caller,
    id: OrganisationId,
) -> Result<OrganisationRow, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let missing = || Refusal::NotFound("organisation", names::organisation(id));
    let row = organisations::find(&mut conn, id)
        .await?
        .ok_or_else(missing)?;
    if memberships::is_member(&mut conn, caller.person, id).await? {
        return Ok(row);
    }
    let offices = SECRETARIAT.map(crate::domain::office::Office::code);
    if organisations::takes_part_before(&mut conn, id, caller.person, &offices).await? {
        Ok(row)
    } else {
        Err(missing())
    }
}
