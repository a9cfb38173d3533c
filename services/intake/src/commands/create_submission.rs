//! A member begins a draft of their organisation.

use std::collections::BTreeMap;

use winner_messaging::Unit;

use crate::context::{Caller, Context};
use crate::domain::edition::PlaceError;
use crate::domain::ids::{ChallengeId, EditionId, IssueId, OrganisationId, SubmissionId};
use crate::domain::names;
use crate::domain::region::RegionCode;
use crate::domain::submission::{Draft, Proposal, State};
use crate::refusal::Refusal;
use crate::store::submissions::{self, SubmissionRow};
use crate::store::{challenges, memberships, waves};

/// A new draft.
#[derive(Debug)]
pub(crate) struct NewSubmission {
    pub(crate) id: Option<SubmissionId>,
    pub(crate) edition: EditionId,
    pub(crate) organisation: OrganisationId,
    pub(crate) region: RegionCode,
    pub(crate) issue: IssueId,
    pub(crate) title: String,
    pub(crate) challenges: Vec<ChallengeId>,
}

/// Stores the draft. Its region decides the wave in which it counts.
///
/// # Errors
/// [`Refusal::Denied`] unless the caller belongs to the organisation, [`Refusal::Invalid`] for a
/// region, an issue or a challenge that is not of this edition, [`Refusal::Precondition`] while the
/// edition is not open or when the wave has closed, [`Refusal::Exists`] where the id is taken.
pub(crate) async fn create_submission(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    new: NewSubmission,
) -> Result<SubmissionRow, Refusal> {
    if !memberships::is_member(unit.conn(), caller.person, new.organisation).await? {
        return Err(Refusal::Denied("OFFICE_REQUIRED"));
    }
    let (_, rules) = context.rules.open(unit.conn(), &new.edition).await?;
    let wave = rules
        .place(new.region, &new.issue)
        .map_err(|error| match error {
            PlaceError::ProvinceNotPartOfEdition => Refusal::field(
                "submission.region_code",
                "PROVINCE_NOT_PART_OF_EDITION",
                error,
            ),
            PlaceError::IssueNotValidated => {
                Refusal::field("submission.issue_id", "ISSUE_NOT_VALIDATED", error)
            }
        })?;
    let row = waves::find(unit.conn(), &new.edition, wave).await?;
    if row.is_some_and(|row| row.closing.is_some()) {
        let text = "the wave of this region has closed";
        return Err(Refusal::precondition(
            "WAVE_CLOSED",
            names::wave(&new.edition, wave),
            text,
        ));
    }
    let ids: Vec<_> = new.challenges.iter().map(|id| id.as_uuid()).collect();
    let published = challenges::published_among(unit.conn(), &new.edition, &ids).await?;
    for (at, id) in new.challenges.iter().enumerate() {
        if !published.iter().any(|challenge| challenge.id == *id) {
            let field = format!("submission.challenges[{at}]");
            return Err(Refusal::field(
                field,
                "UNKNOWN_CHALLENGE",
                "is no published challenge here",
            ));
        }
    }
    let now = context.now();
    let draft = Draft {
        proposal: Proposal {
            id: new
                .id
                .unwrap_or_else(|| SubmissionId::from_uuid(context.ids.uuid())),
            organisation: new.organisation,
            wave: wave.clone(),
            region: new.region,
            issue: new.issue,
            title: new.title,
            challenges: new.challenges,
            answers: BTreeMap::new(),
            edition: new.edition,
        },
        etag: 1,
        sealed_version: 0,
    };
    if !submissions::insert(unit.conn(), &draft, caller.person, now).await? {
        let name = names::submission(&draft.proposal.edition, draft.proposal.id);
        return Err(Refusal::Exists("submission", name));
    }
    Ok(SubmissionRow {
        proposal: draft.proposal,
        state: State::Draft,
        version: 0,
        outcome: None,
        created: now,
        etag: draft.etag,
    })
}
