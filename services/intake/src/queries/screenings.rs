//! The screenings of an edition, for its secretariat.

use uuid::Uuid;

use super::SECRETARIAT;
use crate::context::{Caller, Context};
use crate::domain::ids::EditionId;
use crate::refusal::Refusal;
use crate::store::memberships;
use crate::store::screenings::{self, ScreeningRow};

/// A page of an edition's screenings, pending ones included.
///
/// # Errors
/// [`Refusal::Denied`] unless the caller belongs to the secretariat there.
pub(crate) async fn list(
    context: &Context,
    caller: Caller,
    edition: &EditionId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ScreeningRow>, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    if !memberships::holds(&mut conn, caller.person, &SECRETARIAT, edition).await? {
        return Err(Refusal::Denied("OFFICE_REQUIRED"));
    }
    Ok(screenings::list(&mut conn, edition, after, limit).await?)
}
