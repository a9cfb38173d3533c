//! A judge stepped back: that is a conflict from now on, and somebody else takes the seat.

use winner_messaging::{Ledger, ReactionError, Received, Unit};
use winner_proto::judging::v1 as judging;

use super::parsed;
use crate::commands::declare_conflict::record;
use crate::domain::conflicts::{ConflictKind, Declared, Subject};

pub(super) async fn recused(
    unit: &mut Unit,
    ledger: &Ledger,
    event: &Received,
) -> Result<(), ReactionError> {
    let said: judging::AssignmentRecused = event.decode()?;
    let edition = parsed("edition_id", &said.edition_id)?;
    let declared = Declared {
        judge: parsed("judge_person_id", &said.judge_person_id)?,
        subject: Subject::Submission(parsed("submission_id", &said.submission_id)?),
        kind: ConflictKind::Recused,
    };
    record(unit, ledger, &edition, declared).await?;
    Ok(())
}
