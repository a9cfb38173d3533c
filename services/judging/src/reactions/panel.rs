//! Matching confirmed a panel or changed a seat: judging gives and takes assignments.

use winner_messaging::{Ledger, ReactionError, Received, Unit};
use winner_platform::grpc::client::AuthorisedChannel;
use winner_proto::matching::v1 as matching;
use winner_proto::matching::v1::panel_service_client::PanelServiceClient;

use super::{count, parsed, round, unavailable};
use crate::domain::assignment::AssignmentState;
use crate::domain::ids::{AssignmentId, EntryId, PersonId, SubmissionId};
use crate::errors::Error;
use crate::store::assignments::{self, Kept};
use crate::store::panels;

pub(super) async fn fetch(
    panels: &PanelServiceClient<AuthorisedChannel>,
    event: &Received,
) -> Result<Box<matching::Panel>, ReactionError> {
    let said: matching::PanelConfirmed = event.decode()?;
    let name = round(&said.edition_id, &said.round_id)?.panel_name();
    let answer = panels
        .clone()
        .get_panel(matching::GetPanelRequest { name })
        .await;
    Ok(Box::new(
        answer
            .map_err(|status| unavailable("matching", &status))?
            .into_inner(),
    ))
}

/// The panel as fetched may be newer than the event: then later replacements are in it already, and
/// their events change nothing.
pub(super) async fn confirmed(
    unit: &mut Unit,
    ledger: &Ledger,
    event: &Received,
    panel: &matching::Panel,
) -> Result<(), ReactionError> {
    let said: matching::PanelConfirmed = event.decode()?;
    let key = round(&said.edition_id, &said.round_id)?;
    let known = panels::Kept {
        version: count("version", panel.version)?,
        manifest_hash: panel.manifest_hash.clone(),
    };
    if !panels::advance(unit.conn(), &key, &known)
        .await
        .map_err(Error::from)?
    {
        return Ok(());
    }
    let given = panel
        .assignments
        .iter()
        .map(|seat| {
            Ok(assignment(
                ledger,
                parsed("submission_id", &seat.submission_id)?,
                count("submission_version", seat.submission_version)?,
                parsed("judge_person_id", &seat.judge_person_id)?,
                seat.kind() == matching::AssignmentKind::Calibration,
            ))
        })
        .collect::<Result<Vec<_>, ReactionError>>()?;
    Ok(assignments::insert(unit.conn(), &key, &given)
        .await
        .map_err(Error::from)?)
}

pub(super) async fn replaced(
    unit: &mut Unit,
    ledger: &Ledger,
    event: &Received,
) -> Result<(), ReactionError> {
    let said: matching::PanelJudgeReplaced = event.decode()?;
    let key = round(&said.edition_id, &said.round_id)?;
    let known = panels::Kept {
        version: count("panel_version", said.panel_version)?,
        manifest_hash: said.manifest_hash,
    };
    if !panels::advance(unit.conn(), &key, &known)
        .await
        .map_err(Error::from)?
    {
        return Ok(());
    }
    let submission: SubmissionId = parsed("submission_id", &said.submission_id)?;
    let removed: PersonId = parsed("removed_person_id", &said.removed_person_id)?;
    let added = assignment(
        ledger,
        submission,
        count("submission_version", said.submission_version)?,
        parsed("added_person_id", &said.added_person_id)?,
        false,
    );
    assignments::remove(unit.conn(), &key, &[(submission, removed)])
        .await
        .map_err(Error::from)?;
    Ok(assignments::insert(unit.conn(), &key, &[added])
        .await
        .map_err(Error::from)?)
}

pub(super) async fn short(unit: &mut Unit, event: &Received) -> Result<(), ReactionError> {
    let said: matching::PanelShort = event.decode()?;
    let key = round(&said.edition_id, &said.round_id)?;
    let known = panels::Kept {
        version: count("panel_version", said.panel_version)?,
        manifest_hash: said.manifest_hash,
    };
    if !panels::advance(unit.conn(), &key, &known)
        .await
        .map_err(Error::from)?
    {
        return Ok(());
    }
    let pair = (
        parsed("submission_id", &said.submission_id)?,
        parsed("removed_person_id", &said.removed_person_id)?,
    );
    Ok(assignments::remove(unit.conn(), &key, &[pair])
        .await
        .map_err(Error::from)?)
}

fn assignment(
    ledger: &Ledger,
    submission: SubmissionId,
    submission_version: u32,
    judge: PersonId,
    calibration: bool,
) -> Kept {
    Kept {
        id: AssignmentId(ledger.ids().uuid()),
        // Its own id: the submission's cannot be guessed from it, nor another judge's.
        entry: EntryId(ledger.ids().uuid()),
        submission,
        submission_version,
        judge,
        calibration,
        state: AssignmentState::Assigned,
        assigned_at: ledger.clock().business(),
    }
}
