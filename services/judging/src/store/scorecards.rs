//! `judging.scorecards`: append-only; a correction is a further version.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use winner_platform::time::BusinessTime;

use super::{StoreError, counted};
use crate::domain::ids::{AssignmentId, RoundKey};
use crate::domain::scorecard::{Comments, Marks};

/// Adds a scorecard as the assignment's next version and says which that is. The assignment's row must
/// be locked.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn append(
    db: &mut PgConnection,
    assignment: AssignmentId,
    marks: &Marks,
    comments: &Comments,
    at: BusinessTime,
) -> Result<u32, StoreError> {
    let version = sqlx::query_scalar!(
        "insert into judging.scorecards (assignment_id, version, marks, comments, recorded_at)
         select $1, coalesce(max(version), 0) + 1, $2, $3, $4
           from judging.scorecards
          where assignment_id = $1
         returning version",
        assignment.0,
        serde_json::json!(marks),
        serde_json::json!(comments),
        at.as_offset(),
    )
    .fetch_one(db)
    .await?;
    Ok(counted(version))
}

/// The newest marks of every assignment of a round that has any.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn newest(
    db: &mut PgConnection,
    round: &RoundKey,
) -> Result<BTreeMap<AssignmentId, Marks>, StoreError> {
    let rows = sqlx::query!(
        "select distinct on (s.assignment_id) s.assignment_id, s.marks
           from judging.scorecards s
           join judging.assignments a using (assignment_id)
          where a.edition_id = $1
            and a.round_id = $2
            and not a.calibration
          order by s.assignment_id, s.version desc",
        round.edition(),
        round.round(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|r| {
            let marks = serde_json::from_value(r.marks)
                .map_err(|e| StoreError::corrupt("scorecards", "marks", e.to_string()))?;
            Ok((AssignmentId(r.assignment_id), marks))
        })
        .collect()
}
