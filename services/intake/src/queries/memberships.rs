//! The offices of an edition, for those who grant or check them.

use uuid::Uuid;
use winner_platform::BusinessTime;

use crate::context::{Caller, Context};
use crate::domain::ids::{EditionId, MembershipId};
use crate::domain::names;
use crate::domain::office::Office;
use crate::refusal::Refusal;
use crate::store::memberships::{self, After, MembershipRow};

/// A page of an edition's memberships, newest last.
///
/// # Errors
/// [`Refusal::Denied`] unless the caller is chair, organiser or auditor there.
pub(crate) async fn list(
    context: &Context,
    caller: Caller,
    edition: &EditionId,
    office: Option<Office>,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<MembershipRow>, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let offices = [Office::Chair, Office::Organiser, Office::Auditor];
    if !memberships::holds(&mut conn, caller.person, &offices, edition).await? {
        return Err(Refusal::Denied("OFFICE_REQUIRED"));
    }
    Ok(memberships::list(&mut conn, edition, office, after, limit).await?)
}

/// A membership, for whoever began it: the answer to a repeated invitation.
///
/// # Errors
/// [`Refusal::NotFound`].
pub(crate) async fn get(context: &Context, id: MembershipId) -> Result<MembershipRow, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let row = memberships::find(&mut conn, id).await?;
    row.ok_or_else(|| Refusal::NotFound("membership", names::membership(id)))
}

/// What a page's token says of its last row.
pub(crate) fn key(row: &MembershipRow) -> [String; 2] {
    [
        row.membership.created.to_rfc3339(),
        row.membership.id.to_string(),
    ]
}

/// The row after which a page begins.
pub(crate) fn after([created, id]: [&str; 2]) -> Option<After> {
    Some(After {
        created: BusinessTime::parse_rfc3339(created).ok()?,
        id: Uuid::try_parse(id).ok()?,
    })
}
