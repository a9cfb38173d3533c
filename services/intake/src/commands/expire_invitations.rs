//! Time ends invitations that nobody took: the address goes, the seat is free again.

use winner_messaging::Origin;

use crate::context::Context;
use crate::refusal::Refusal;
use crate::store::memberships;

/// At most this many invitations end in one transaction.
const BATCH: i64 = 200;

/// Ends up to [`BATCH`] invitations; says how many. Copies do not wait for each other.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn expire_invitations(context: &Context) -> Result<usize, Refusal> {
    let mut unit = context
        .ledger
        .begin(Origin::job("expire_invitations", &context.ids))
        .await?;
    let now = context.now();
    let mut ended = 0;
    for row in memberships::lock_expired(unit.conn(), now, BATCH).await? {
        // Expired between the query's clock and this one: the next turn takes it.
        let Ok(membership) = row.membership.expire(now) else {
            continue;
        };
        memberships::update(unit.conn(), &membership, now).await?;
        ended += 1;
    }
    unit.commit().await?;
    Ok(ended)
}
