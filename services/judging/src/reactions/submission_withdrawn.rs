//! A team took its submission back: nobody needs to score it any more.

use winner_messaging::{ReactionError, Received, Unit};
use winner_proto::intake::v1 as intake;

use super::parsed;
use crate::errors::Error;
use crate::store::assignments;

pub(super) async fn withdrawn(unit: &mut Unit, event: &Received) -> Result<(), ReactionError> {
    let said: intake::SubmissionWithdrawn = event.decode()?;
    let submission = parsed("submission_id", &said.submission_id)?;
    Ok(assignments::remove_submission(unit.conn(), submission)
        .await
        .map_err(Error::from)?)
}
