//! An official writes a challenge of their government, as a draft.

use winner_messaging::Unit;

use crate::context::{Caller, Context};
use crate::domain::challenge::{Challenge, ChallengeError, Problem, State, checked};
use crate::domain::edition::PlaceError;
use crate::domain::ids::{ChallengeId, EditionId};
use crate::domain::names;
use crate::domain::region::RegionCode;
use crate::refusal::{Fault, Refusal};
use crate::store::{challenges, memberships};

/// A new challenge.
#[derive(Debug)]
pub(crate) struct NewChallenge {
    pub(crate) id: Option<ChallengeId>,
    pub(crate) edition: EditionId,
    pub(crate) region: RegionCode,
    pub(crate) problem: Problem,
}

/// Stores the draft.
///
/// # Errors
/// [`Refusal::Denied`] unless the caller is an official of that government in this edition,
/// [`Refusal::Invalid`] with every field, [`Refusal::Exists`] where the id is taken.
pub(crate) async fn create_challenge(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    new: NewChallenge,
) -> Result<Challenge, Refusal> {
    speaks_for(unit, caller, &new.edition, new.region).await?;
    let (_, rules) = context.rules.open(unit.conn(), &new.edition).await?;
    checked(&rules, new.region, &new.problem)
        .map_err(|error| refused(error, &new.edition, None))?;
    let challenge = Challenge {
        id: new
            .id
            .unwrap_or_else(|| ChallengeId::from_uuid(context.ids.uuid())),
        edition: new.edition,
        region: new.region,
        problem: new.problem,
        state: State::Draft,
        etag: 1,
    };
    if !challenges::insert(unit.conn(), &challenge, caller.person, context.now()).await? {
        let name = names::challenge(&challenge.edition, challenge.id);
        return Err(Refusal::Exists("challenge", name));
    }
    Ok(challenge)
}

/// The caller acts for this very government: an official of a province does not act for its
/// kabupaten.
pub(crate) async fn speaks_for(
    unit: &mut Unit,
    caller: Caller,
    edition: &EditionId,
    region: RegionCode,
) -> Result<(), Refusal> {
    let governments = memberships::governments_of(unit.conn(), caller.person, edition).await?;
    if governments.iter().any(|code| code == region.as_str()) {
        Ok(())
    } else {
        Err(Refusal::Denied("OFFICE_REQUIRED"))
    }
}

/// What a challenge's error is to a caller.
pub(crate) fn refused(
    error: ChallengeError,
    edition: &EditionId,
    id: Option<ChallengeId>,
) -> Refusal {
    let subject = || {
        id.map_or_else(
            || names::edition(edition),
            |id| names::challenge(edition, id),
        )
    };
    match error {
        ChallengeError::NotADraft => Refusal::precondition("CHALLENGE_NOT_DRAFT", subject(), error),
        ChallengeError::OutsideWindow => {
            Refusal::precondition("OUTSIDE_CHALLENGE_WINDOW", subject(), error)
        }
        ChallengeError::Place(PlaceError::ProvinceNotPartOfEdition) => Refusal::field(
            "challenge.region_code",
            "PROVINCE_NOT_PART_OF_EDITION",
            error,
        ),
        ChallengeError::Place(PlaceError::IssueNotValidated) => {
            Refusal::field("challenge.issue_id", "ISSUE_NOT_VALIDATED", error)
        }
        ChallengeError::Fields(faults) => {
            let fault = |(field, text): (&str, &str)| Fault {
                field: format!("challenge.{field}"),
                code: "INVALID",
                text: text.to_owned(),
            };
            Refusal::Invalid(faults.into_iter().map(fault).collect())
        }
    }
}
