//! A team submits: the draft is sealed, and the team gets a receipt.
//!
//! Locks are taken in one order: the request's id (by the caller of this function), the wave, the
//! submission. The wave's lock is shared among submits and keeps the wave from closing meanwhile.

use winner_messaging::Unit;
use winner_platform::BusinessTime;
use winner_proto::intake::v1::SubmissionSubmitted;

use super::update_submission::{misfit, not_a_draft, own};
use crate::context::{Caller, Context};
use crate::domain::ids::{EditionId, FieldId, SubmissionId};
use crate::domain::names;
use crate::domain::receipt::{Receipt, ReceiptNumber};
use crate::domain::submission::content::ContentHash;
use crate::domain::submission::{SealRules, Sealed, SubmitError};
use crate::messages::timestamp;
use crate::points;
use crate::refusal::{Fault, Refusal};
use crate::store::{inconsistent, submissions, versions, waves};

/// What is to be sealed, as the team saw it.
#[derive(Debug, Clone)]
pub(crate) struct Submit {
    pub(crate) edition: EditionId,
    pub(crate) submission: SubmissionId,
    pub(crate) etag: i64,
    /// When the request had arrived whole.
    pub(crate) arrived: BusinessTime,
}

/// Accepts a draft as the applicant's submission.
///
/// The deadline is judged by the request's arrival, cut to milliseconds.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none of the caller's organisation, [`Refusal::Conflict`] on
/// another etag, [`Refusal::Precondition`] outside the window or when it is no draft,
/// [`Refusal::Invalid`] with every field that is missing or does not fit.
pub(crate) async fn submit(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    command: &Submit,
) -> Result<Receipt, Refusal> {
    let (edition, id) = (&command.edition, command.submission);
    let missing = || Refusal::NotFound("submission", names::submission(edition, id));
    let wave = submissions::wave_of(unit.conn(), edition, id)
        .await?
        .ok_or_else(missing)?;
    points::hit("submit.wave.before").await;
    waves::lock_open(unit.conn(), edition, &wave).await?;
    points::hit("submit.wave.after").await;
    let row = own(unit, caller, edition, id).await?;
    points::hit("submit.locked.after").await;
    let etag = row.etag;
    let draft = row.into_draft().ok_or_else(|| not_a_draft(edition, id))?;
    if etag != command.etag {
        return Err(Refusal::stale());
    }
    let (edition_row, rules) = context.rules.open(unit.conn(), edition).await?;
    let dates = rules
        .waves
        .get(&wave)
        .ok_or_else(|| inconsistent("submissions", "wave_id"))?;
    let seal = SealRules {
        window: dates.submissions,
        edition_version: edition_row.version,
    };
    let sealed = draft
        .submit(&rules.form, command.arrived, &seal)
        .map_err(|error| refused(error, edition, id))?;
    points::hit("submit.decided.after").await;
    let closed = waves::find(unit.conn(), edition, &wave)
        .await?
        .is_some_and(|w| w.closing.is_some());
    if closed {
        // Reached only when business time was moved on while the request was at work.
        return Err(refused(SubmitError::Closed, edition, id));
    }
    let receipt = keep(context, unit, caller, &sealed).await?;
    let event = submitted(&sealed, &receipt);
    unit.append(&id.to_string(), Some(edition.as_str()), &event)
        .await?;
    points::hit("submit.appended.after").await;
    Ok(receipt)
}

/// Stores what was sealed, append-only, with its receipt.
async fn keep(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    sealed: &Sealed,
) -> Result<Receipt, Refusal> {
    let proposal = &sealed.proposal;
    let salt = context.ids.salt();
    let sealed_text = serde_json::to_string(&sealed.content()).map_err(Refusal::internal)?;
    let count = versions::next_receipt_count(unit.conn()).await?;
    let receipt = Receipt {
        number: ReceiptNumber::new(&proposal.edition, count),
        edition: proposal.edition.clone(),
        submission: proposal.id,
        version: sealed.version,
        content_hash: ContentHash::of(&salt, &sealed_text),
        arrived: sealed.arrived,
    };
    versions::insert(
        unit.conn(),
        sealed,
        &sealed_text,
        &salt,
        &receipt,
        caller.person,
    )
    .await?;
    points::hit("submit.version.after").await;
    submissions::mark_submitted(unit.conn(), proposal.id, sealed.version).await?;
    points::hit("submit.marked.after").await;
    Ok(receipt)
}

fn submitted(sealed: &Sealed, receipt: &Receipt) -> SubmissionSubmitted {
    let proposal = &sealed.proposal;
    SubmissionSubmitted {
        edition_id: proposal.edition.to_string(),
        submission_id: proposal.id.to_string(),
        wave_id: proposal.wave.to_string(),
        region_code: proposal.region.to_string(),
        issue_id: proposal.issue.to_string(),
        version: sealed.version,
        content_hash: receipt.content_hash.to_string(),
        arrive_time: Some(timestamp(sealed.arrived)),
        challenge_ids: proposal
            .challenges
            .iter()
            .map(ToString::to_string)
            .collect(),
        edition_version: sealed.edition_version,
    }
}

fn refused(error: SubmitError, edition: &EditionId, id: SubmissionId) -> Refusal {
    let subject = || names::submission(edition, id);
    match error {
        SubmitError::NotOpenYet => Refusal::precondition("SUBMISSIONS_NOT_OPEN", subject(), error),
        SubmitError::Closed => Refusal::precondition("DEADLINE_PASSED", subject(), error),
        SubmitError::Incomplete(fields) => {
            let fault = |field: &FieldId| Fault {
                field: format!("answers[{field}]"),
                code: "REQUIRED",
                text: "an answer is required".to_owned(),
            };
            Refusal::Invalid(fields.iter().map(fault).collect())
        }
        SubmitError::Invalid(misfits) => {
            Refusal::Invalid(misfits.into_iter().map(misfit).collect())
        }
    }
}
