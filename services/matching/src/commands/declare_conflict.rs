//! A judge, or an organiser who learned of it, declares a conflict. It takes effect at once, also in a
//! round that is open: the seat goes to somebody else.

use winner_messaging::{Begun, Ledger, Unit};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::matching::v1 as pb;

use super::repair_panels::repair_panels;
use crate::convert::{conflict_kind, timestamp};
use crate::domain::conflicts::{ConflictKind, Declared, Subject};
use crate::domain::ids::{ConflictId, EditionId, parse_edition};
use crate::errors::Error;
use crate::store::conflicts::{self, Kept};

/// Declares a conflict; declaring the same one again returns the first.
///
/// # Errors
/// [`Error::Refused`] for anybody but the judge or the edition's organisers.
pub async fn declare_conflict(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::DeclareConflictRequest,
) -> Result<pb::Conflict, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(
            &actor.key(),
            "DeclareConflict",
            &request.request_id,
            &request,
        )
        .await?
    {
        Begun::Answered(conflict) => return Ok(conflict),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let edition = parse_edition(&request.parent).map_err(Error::name("parent"))?;
    let wanted = request.conflict.unwrap_or_default();
    let judge = wanted
        .judge_person_id
        .parse()
        .map_err(Error::name("conflict.judge_person_id"))?;
    super::update_judge::authorise(actor, &edition, judge)?;
    let subject = match &wanted.subject {
        Some(pb::conflict::Subject::SubmissionId(id)) => {
            Subject::Submission(id.parse().map_err(Error::name("conflict.submission_id"))?)
        }
        Some(pb::conflict::Subject::OrganisationId(id)) => Subject::Organisation(
            id.parse()
                .map_err(Error::name("conflict.organisation_id"))?,
        ),
        None => {
            let text = "say which submission or organisation it is about";
            return Err(ApiError::invalid_field("conflict.subject", "REQUIRED", text).into());
        }
    };
    let declared = Declared {
        judge,
        subject,
        kind: ConflictKind::Declared,
    };
    let kept = record(&mut unit, ledger, &edition, declared).await?;
    Ok(unit.finish_request(guard, shown(&edition, &kept)).await?)
}

/// Keeps a conflict, says so, and repairs the panels that it breaks. The same conflict again changes
/// nothing.
pub(crate) async fn record(
    unit: &mut Unit,
    ledger: &Ledger,
    edition: &EditionId,
    declared: Declared,
) -> Result<Kept, Error> {
    let kept = Kept {
        id: ConflictId(ledger.ids().uuid()),
        since: ledger.clock().business().as_offset(),
        declared,
    };
    let Some(id) = conflicts::declare(unit.conn(), edition, &kept).await? else {
        let standing = conflicts::standing(
            unit.conn(),
            edition,
            kept.declared.judge,
            kept.declared.subject,
        );
        return Ok(standing.await?.unwrap_or(kept));
    };
    let (submission, organisation) = match kept.declared.subject {
        Subject::Submission(s) => (s.to_string(), String::new()),
        Subject::Organisation(o) => (String::new(), o.to_string()),
    };
    unit.append(
        &id.to_string(),
        Some(edition.as_str()),
        &pb::ConflictDeclared {
            edition_id: edition.to_string(),
            conflict_id: id.to_string(),
            judge_person_id: kept.declared.judge.to_string(),
            submission_id: submission,
            organisation_id: organisation,
            kind: conflict_kind(kept.declared.kind).into(),
        },
    )
    .await?;
    repair_panels(unit, edition).await?;
    Ok(kept)
}

/// A conflict as the contract shows it.
pub(crate) fn shown(edition: &EditionId, kept: &Kept) -> pb::Conflict {
    pb::Conflict {
        name: format!("editions/{edition}/conflicts/{}", kept.id),
        judge_person_id: kept.declared.judge.to_string(),
        subject: Some(match kept.declared.subject {
            Subject::Submission(s) => pb::conflict::Subject::SubmissionId(s.to_string()),
            Subject::Organisation(o) => pb::conflict::Subject::OrganisationId(o.to_string()),
        }),
        kind: conflict_kind(kept.declared.kind).into(),
        declare_time: Some(timestamp(kept.since)),
    }
}
