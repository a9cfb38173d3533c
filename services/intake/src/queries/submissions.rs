//! Submissions: drafts for their own organisation, sealed ones also for the edition's secretariat.

use uuid::Uuid;

use super::SECRETARIAT;
use crate::context::{Caller, Context};
use crate::domain::ids::{EditionId, SubmissionId};
use crate::domain::names;
use crate::domain::office::Seat;
use crate::domain::receipt::Receipt;
use crate::refusal::Refusal;
use crate::store::submissions::{self, SubmissionRow};
use crate::store::{memberships, versions};

/// A submission that the caller may see, with its receipt.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none or it is none of the caller's business.
pub(crate) async fn get(
    context: &Context,
    caller: Caller,
    edition: &EditionId,
    id: SubmissionId,
) -> Result<(SubmissionRow, Option<Receipt>), Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let missing = || Refusal::NotFound("submission", names::submission(edition, id));
    let row = submissions::find(&mut conn, edition, id)
        .await?
        .ok_or_else(missing)?;
    let own = memberships::is_member(&mut conn, caller.person, row.proposal.organisation).await?;
    let may_see = own
        || (row.version > 0
            && memberships::holds(&mut conn, caller.person, &SECRETARIAT, edition).await?);
    if !may_see {
        return Err(missing());
    }
    let receipts = versions::receipts(&mut conn, edition, &[id.as_uuid()]).await?;
    Ok((row, receipts.into_iter().next()))
}

/// A page of the submissions that the caller may see, without answers, with their receipts.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn list(
    context: &Context,
    caller: Caller,
    edition: &EditionId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<(SubmissionRow, Option<Receipt>)>, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let held = memberships::held_by(&mut conn, caller.person).await?;
    let organisations: Vec<Uuid> = held
        .iter()
        .filter_map(|row| match row.membership.seat {
            Seat::Member(organisation) => Some(organisation.as_uuid()),
            Seat::Edition(..) | Seat::Official(..) => None,
        })
        .collect();
    let secretariat = held.iter().any(|row| {
        let seat = &row.membership.seat;
        seat.edition() == Some(edition) && SECRETARIAT.contains(&seat.office())
    });
    let rows = submissions::list(
        &mut conn,
        edition,
        &organisations,
        secretariat,
        after,
        limit,
    )
    .await?;
    let sealed: Vec<Uuid> = rows
        .iter()
        .filter(|row| row.version > 0)
        .map(|row| row.proposal.id.as_uuid())
        .collect();
    let mut receipts = versions::receipts(&mut conn, edition, &sealed).await?;
    let with_receipt = rows.into_iter().map(|row| {
        let at = receipts
            .iter()
            .position(|receipt| receipt.submission == row.proposal.id);
        let receipt = at.map(|at| receipts.swap_remove(at));
        (row, receipt)
    });
    Ok(with_receipt.collect())
}
