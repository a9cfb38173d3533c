//! A judge says what they know well and how much they can take; an organiser may say it for them.

use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::{ApiError, FieldViolation};
use winner_proto::matching::v1 as pb;

use crate::domain::ids::{EditionId, PersonId, parse_judge};
use crate::domain::judge::Judge;
use crate::errors::Error;
use crate::store::judges;

const MOST_ENTRIES: usize = 200;

/// Sets expertise and quota.
///
/// # Errors
/// [`Error::Refused`] for anybody but the judge or the edition's organisers.
pub async fn update_judge(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::UpdateJudgeRequest,
) -> Result<pb::Judge, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(&actor.key(), "UpdateJudge", &request.request_id, &request)
        .await?
    {
        Begun::Answered(judge) => return Ok(judge),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let wanted = request.judge.unwrap_or_default();
    let (edition, person) = parse_judge(&wanted.name).map_err(Error::name("judge.name"))?;
    authorise(actor, &edition, person)?;
    let quota = u32::try_from(wanted.quota)
        .map_err(|_| ApiError::invalid_field("judge.quota", "NEGATIVE", "must not be negative"))?;
    let mut violations = Vec::new();
    for (field, list) in [
        ("judge.issue_ids", &wanted.issue_ids),
        ("judge.region_codes", &wanted.region_codes),
    ] {
        if list.len() > MOST_ENTRIES || list.iter().any(|item| item.is_empty() || item.len() > 40) {
            let text = "at most 200 entries of 1 to 40 characters";
            violations.push(FieldViolation::new(field, "BAD_LIST", text));
        }
    }
    if !violations.is_empty() {
        return Err(ApiError::invalid(violations).into());
    }
    let judge = Judge {
        person,
        issues: wanted.issue_ids,
        regions: wanted.region_codes,
        quota,
        active: false,
    };
    let kept = judges::set_expertise(unit.conn(), &edition, &judge).await?;
    unit.append(
        &format!("{edition}_{person}"),
        Some(edition.as_str()),
        &pb::JudgeUpdated {
            edition_id: edition.to_string(),
            person_id: person.to_string(),
            quota: wanted.quota,
        },
    )
    .await?;
    Ok(unit.finish_request(guard, shown(&edition, kept)).await?)
}

/// Passes the judge themselves, while they hold the office, and the edition's organisers.
pub(crate) fn authorise(
    actor: &Actor,
    edition: &EditionId,
    person: PersonId,
) -> Result<(), ApiError> {
    if actor.person()? == person.0 && actor.holds("judge", edition.as_str()) {
        return Ok(());
    }
    actor.require(&["chair", "organiser"], edition.as_str())
}

/// A judge as the contract shows them.
pub(crate) fn shown(edition: &EditionId, kept: judges::Kept) -> pb::Judge {
    pb::Judge {
        name: format!("editions/{edition}/judges/{}", kept.judge.person),
        issue_ids: kept.judge.issues,
        region_codes: kept.judge.regions,
        quota: i32::try_from(kept.judge.quota).unwrap_or(i32::MAX),
        active: kept.judge.active,
        etag: kept.revision.to_string(),
    }
}
