//! A team takes its submission back, draft or sealed.

use winner_messaging::Unit;
use winner_proto::intake::v1::SubmissionWithdrawn;

use super::update_submission::own;
use crate::context::Caller;
use crate::domain::ids::{EditionId, SubmissionId};
use crate::domain::names;
use crate::domain::submission::{State, Withdrawal, withdraw};
use crate::refusal::Refusal;
use crate::store::submissions::{self, SubmissionRow};

/// Takes it back. What was sealed stays counted among those accepted in time.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none of the caller's organisation, [`Refusal::Precondition`]
/// when it was withdrawn before.
pub(crate) async fn withdraw_submission(
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
    id: SubmissionId,
) -> Result<SubmissionRow, Refusal> {
    let row = own(unit, caller, edition, id).await?;
    let withdrawal = withdraw(row.state).map_err(|error| {
        Refusal::precondition(
            "SUBMISSION_WITHDRAWN",
            names::submission(edition, id),
            error,
        )
    })?;
    submissions::mark_withdrawn(unit.conn(), id).await?;
    match withdrawal {
        // Nobody else ever heard of a draft.
        Withdrawal::OfDraft => {}
        Withdrawal::OfSubmitted => {
            let event = SubmissionWithdrawn {
                edition_id: edition.to_string(),
                submission_id: id.to_string(),
            };
            unit.append(&id.to_string(), Some(edition.as_str()), &event)
                .await?;
        }
    }
    Ok(SubmissionRow {
        state: State::Withdrawn,
        etag: row.etag + 1,
        ..row
    })
}
