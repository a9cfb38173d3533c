//! A member changes answers of a draft; two members may change different fields at once.

use winner_messaging::Unit;

use crate::context::{Caller, Context};
use crate::domain::form::AnswerError;
use crate::domain::ids::{EditionId, FieldId, SubmissionId};
use crate::domain::names;
use crate::domain::submission::{Edit, EditError};
use crate::refusal::{Fault, Refusal};
use crate::store::memberships;
use crate::store::submissions::{self, SubmissionRow};

/// Applies a change of the draft, whole or not at all.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none of the caller's organisation, [`Refusal::Conflict`]
/// with the fields that somebody changed meanwhile, [`Refusal::Invalid`] with every answer that does
/// not fit, [`Refusal::Precondition`] once it is sealed or withdrawn.
pub(crate) async fn update_submission(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
    id: SubmissionId,
    edit: Edit,
) -> Result<SubmissionRow, Refusal> {
    let row = own(unit, caller, edition, id).await?;
    let (state, created, version, outcome) = (row.state, row.created, row.version, row.outcome);
    let draft = row.into_draft().ok_or_else(|| not_a_draft(edition, id))?;
    let (_, rules) = context.rules.open(unit.conn(), edition).await?;
    let draft = draft.edit(&rules.form, edit).map_err(refused)?;
    submissions::update_draft(unit.conn(), &draft).await?;
    Ok(SubmissionRow {
        proposal: draft.proposal,
        state,
        version,
        outcome,
        created,
        etag: draft.etag,
    })
}

/// The submission, locked, where it is of the caller's organisation.
pub(crate) async fn own(
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
    id: SubmissionId,
) -> Result<SubmissionRow, Refusal> {
    let missing = || Refusal::NotFound("submission", names::submission(edition, id));
    let row = submissions::lock(unit.conn(), edition, id)
        .await?
        .ok_or_else(missing)?;
    if memberships::is_member(unit.conn(), caller.person, row.proposal.organisation).await? {
        Ok(row)
    } else {
        Err(missing())
    }
}

/// The submission is sealed or withdrawn.
pub(crate) fn not_a_draft(edition: &EditionId, id: SubmissionId) -> Refusal {
    let text = "the submission is not a draft any more";
    Refusal::precondition("SUBMISSION_NOT_DRAFT", names::submission(edition, id), text)
}

fn refused(error: EditError) -> Refusal {
    match error {
        EditError::Stale(fields) => Refusal::Conflict {
            reason: "FIELDS_CHANGED",
            text: "somebody else changed these fields meanwhile".to_owned(),
            fields: fields.iter().map(ToString::to_string).collect(),
        },
        EditError::Invalid(misfits) => Refusal::Invalid(misfits.into_iter().map(misfit).collect()),
        EditError::BadTitle => Refusal::field("title", "INVALID_TITLE", error),
        EditError::TooMuch => Refusal::field("answers", "TOO_MUCH", error),
    }
}

/// An answer that does not fit its field.
pub(crate) fn misfit((id, error): (FieldId, AnswerError)) -> Fault {
    Fault {
        field: format!("answers[{id}]"),
        code: error.code(),
        text: error.to_string(),
    }
}
