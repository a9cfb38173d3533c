//! A screener decides whether a submission is complete and eligible; nobody outside learns it yet.

use winner_messaging::Unit;
use winner_proto::intake::v1::ScreeningDecided;

use crate::context::{Caller, Context};
use crate::domain::ids::{CriterionId, EditionId, SubmissionId};
use crate::domain::names;
use crate::domain::office::Office;
use crate::domain::screening::{Decision, Screening, ScreeningError};
use crate::domain::submission::State;
use crate::messages::verdict_message;
use crate::refusal::{Fault, Refusal};
use crate::store::screenings::{self, DecisionRecord, ScreeningRow};
use crate::store::{memberships, submissions};

/// Records the decision, or the one that replaces it before the announcement.
///
/// # Errors
/// [`Refusal::Denied`] unless the caller screens in this edition, or where the submission is their
/// own organisation's; [`Refusal::NotFound`], [`Refusal::Invalid`], and [`Refusal::Precondition`]
/// for another version, a withdrawn submission, or once it is announced.
pub(crate) async fn record_screening(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
    id: SubmissionId,
    version: i32,
    decision: Decision,
) -> Result<ScreeningRow, Refusal> {
    if !memberships::holds(unit.conn(), caller.person, &[Office::Screener], edition).await? {
        return Err(Refusal::Denied("OFFICE_REQUIRED"));
    }
    let missing = || Refusal::NotFound("submission", names::submission(edition, id));
    let row = submissions::lock(unit.conn(), edition, id)
        .await?
        .ok_or_else(missing)?;
    if row.version == 0 {
        return Err(missing());
    }
    let organisation = row.proposal.organisation;
    if memberships::is_member(unit.conn(), caller.person, organisation).await? {
        return Err(Refusal::Denied("OWN_SUBMISSION"));
    }
    let subject = || names::screening(edition, id);
    if row.state != State::Submitted || row.version != version {
        let text = "this is not the version that stands";
        return Err(Refusal::precondition(
            "NOT_THE_SEALED_VERSION",
            subject(),
            text,
        ));
    }
    let (edition_row, rules) = context.rules.open(unit.conn(), edition).await?;
    let screening = screenings::find(unit.conn(), id, version).await?;
    let decided = screening
        .decide(&rules, decision)
        .map_err(|error| refused(error, edition, id))?;
    let Screening::Decided(decision) = &decided else {
        return Err(Refusal::internal("a decision that decides nothing"));
    };
    let now = context.now();
    let record = DecisionRecord {
        submission: id,
        version,
        edition,
        wave: &row.proposal.wave,
        edition_version: edition_row.version,
        decision,
        by: caller.person,
        at: now,
    };
    screenings::put(unit.conn(), &record).await?;
    let event = ScreeningDecided {
        edition_id: edition.to_string(),
        submission_id: id.to_string(),
        submission_version: version,
        verdict: verdict_message(decision.verdict).into(),
        edition_version: edition_row.version,
    };
    unit.append(&id.to_string(), Some(edition.as_str()), &event)
        .await?;
    Ok(ScreeningRow {
        submission: id,
        version,
        screening: decided,
        decided: Some(now),
        edition_version: Some(edition_row.version),
    })
}

fn refused(error: ScreeningError, edition: &EditionId, id: SubmissionId) -> Refusal {
    match error {
        ScreeningError::Announced => {
            Refusal::precondition("OUTCOME_ANNOUNCED", names::screening(edition, id), error)
        }
        ScreeningError::Findings(criteria) => {
            let fault = |criterion: &CriterionId| Fault {
                field: format!("screening.findings[{criterion}]"),
                code: "FINDING_MISSING_OR_UNKNOWN",
                text: "every criterion of the edition needs a finding, and no other".to_owned(),
            };
            Refusal::Invalid(criteria.iter().map(fault).collect())
        }
        ScreeningError::Contradiction(text) => {
            Refusal::field("screening.verdict", "CONTRADICTS_FINDINGS", text)
        }
        ScreeningError::ReasonMissing => Refusal::field("screening.reason", "REQUIRED", error),
    }
}
