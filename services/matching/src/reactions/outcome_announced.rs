//! A team was told what screening found, or took its submission back.

use winner_messaging::{ReactionError, Received, Unit};
use winner_proto::intake::v1 as intake;

use super::parsed;
use crate::errors::Error;
use crate::store::submissions::{self, Standing};

pub(super) async fn announced(unit: &mut Unit, event: &Received) -> Result<(), ReactionError> {
    let said: intake::SubmissionOutcomeAnnounced = event.decode()?;
    let standing = match said.outcome() {
        intake::Outcome::Eligible => Standing::Eligible,
        intake::Outcome::Ineligible => Standing::Ineligible,
        intake::Outcome::NeedsCorrection => Standing::NeedsCorrection,
        // Nothing is known of an outcome added later; the submission stays where it was.
        intake::Outcome::Unspecified => return Ok(()),
    };
    let submission = parsed("submission_id", &said.submission_id)?;
    Ok(submissions::set_standing(unit.conn(), submission, standing)
        .await
        .map_err(Error::from)?)
}

pub(super) async fn withdrawn(unit: &mut Unit, event: &Received) -> Result<(), ReactionError> {
    let said: intake::SubmissionWithdrawn = event.decode()?;
    let submission = parsed("submission_id", &said.submission_id)?;
    let standing = Standing::Withdrawn;
    Ok(submissions::set_standing(unit.conn(), submission, standing)
        .await
        .map_err(Error::from)?)
}
