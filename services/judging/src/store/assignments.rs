//! `judging.assignments`: who scores what, under which entry id.

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::time::BusinessTime;

use super::{StoreError, counted, stored};
use crate::domain::assignment::AssignmentState;
use crate::domain::ids::{AssignmentId, EntryId, PersonId, RoundKey, SubmissionId};

/// An assignment as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: AssignmentId,
    /// The judge's own id for the entry.
    pub entry: EntryId,
    /// What is scored.
    pub submission: SubmissionId,
    /// Which version.
    pub submission_version: u32,
    /// Who scores.
    pub judge: PersonId,
    /// Compares scales only; does not count.
    pub calibration: bool,
    /// Where it stands.
    pub state: AssignmentState,
    /// When it was given.
    pub assigned_at: BusinessTime,
}

/// Keeps new assignments, all in one statement; pairs that live here stay as they are.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn insert(
    db: &mut PgConnection,
    round: &RoundKey,
    assignments: &[Kept],
) -> Result<(), StoreError> {
    let ids: Vec<_> = assignments.iter().map(|a| a.id.0).collect();
    let entries: Vec<_> = assignments.iter().map(|a| a.entry.0).collect();
    let submissions: Vec<_> = assignments.iter().map(|a| a.submission.0).collect();
    let versions: Vec<_> = assignments
        .iter()
        .map(|a| stored(a.submission_version))
        .collect();
    let judges: Vec<_> = assignments.iter().map(|a| a.judge.0).collect();
    let calibration: Vec<_> = assignments.iter().map(|a| a.calibration).collect();
    let given: Vec<_> = assignments
        .iter()
        .map(|a| a.assigned_at.as_offset())
        .collect();
    sqlx::query!(
        "insert into judging.assignments
                (assignment_id, entry_id, edition_id, round_id, submission_id,
                 submission_version, judge_id, calibration, state, assigned_at)
         select assignment_id, entry_id, $1, $2, submission_id,
                submission_version, judge_id, calibration, 'assigned', assigned_at
           from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::uuid[],
                       $8::bool[], $9::timestamptz[])
             as new (assignment_id, entry_id, submission_id, submission_version, judge_id,
                     calibration, assigned_at)
         on conflict (edition_id, round_id, submission_id, judge_id)
               where state in ('assigned', 'accepted', 'scored')
               do nothing",
        round.edition(),
        round.round(),
        &ids,
        &entries,
        &submissions,
        &versions,
        &judges,
        &calibration,
        &given,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A judge's own assignment by its entry id, locked until the transaction ends. Another judge's entry
/// id finds nothing.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn lock_own(
    db: &mut PgConnection,
    round: &RoundKey,
    entry: EntryId,
    judge: PersonId,
) -> Result<Option<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select assignment_id, entry_id, submission_id, submission_version, judge_id,
                calibration, state, assigned_at
           from judging.assignments
          where entry_id = $1
            and judge_id = $2
            and edition_id = $3
            and round_id = $4
            for update",
        entry.0,
        judge.0,
        round.edition(),
        round.round(),
    )
    .fetch_optional(db)
    .await?
    .map(Row::kept)
    .transpose()
}

/// As [`lock_own`], without the lock.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn own(
    db: &mut PgConnection,
    round: &RoundKey,
    entry: EntryId,
    judge: PersonId,
) -> Result<Option<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select assignment_id, entry_id, submission_id, submission_version, judge_id,
                calibration, state, assigned_at
           from judging.assignments
          where entry_id = $1
            and judge_id = $2
            and edition_id = $3
            and round_id = $4",
        entry.0,
        judge.0,
        round.edition(),
        round.round(),
    )
    .fetch_optional(db)
    .await?
    .map(Row::kept)
    .transpose()
}

/// A page of a judge's live assignments, by entry id (index `assignments_queue`).
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn queue(
    db: &mut PgConnection,
    round: &RoundKey,
    judge: PersonId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select assignment_id, entry_id, submission_id, submission_version, judge_id,
                calibration, state, assigned_at
           from judging.assignments
          where edition_id = $1
            and round_id = $2
            and judge_id = $3
            and state in ('assigned', 'accepted', 'scored')
            and ($4::uuid is null or entry_id > $4)
          order by entry_id
          limit $5",
        round.edition(),
        round.round(),
        judge.0,
        after,
        limit,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(Row::kept)
    .collect()
}

/// All assignments of a round, by submission then judge.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn of_round(db: &mut PgConnection, round: &RoundKey) -> Result<Vec<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select assignment_id, entry_id, submission_id, submission_version, judge_id,
                calibration, state, assigned_at
           from judging.assignments
          where edition_id = $1
            and round_id = $2
          order by submission_id, judge_id",
        round.edition(),
        round.round(),
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(Row::kept)
    .collect()
}

/// Notes where an assignment stands now.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn set_state(
    db: &mut PgConnection,
    id: AssignmentId,
    state: AssignmentState,
    recusal_reason: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update judging.assignments
            set state = $2,
                recusal_reason = coalesce($3, recusal_reason)
          where assignment_id = $1",
        id.0,
        state.code(),
        recusal_reason,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes live assignments away: those of the pairs given. A judge who stepped back stays recused.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn remove(
    db: &mut PgConnection,
    round: &RoundKey,
    pairs: &[(SubmissionId, PersonId)],
) -> Result<(), StoreError> {
    let submissions: Vec<_> = pairs.iter().map(|(s, _)| s.0).collect();
    let judges: Vec<_> = pairs.iter().map(|(_, j)| j.0).collect();
    sqlx::query!(
        "update judging.assignments a
            set state = 'removed'
           from unnest($3::uuid[], $4::uuid[]) as gone (submission_id, judge_id)
          where a.edition_id = $1
            and a.round_id = $2
            and a.submission_id = gone.submission_id
            and a.judge_id = gone.judge_id
            and a.state in ('assigned', 'accepted', 'scored')",
        round.edition(),
        round.round(),
        &submissions,
        &judges,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes every live assignment of a submission away, in rounds that are not closed.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn remove_submission(
    db: &mut PgConnection,
    submission: SubmissionId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update judging.assignments a
            set state = 'removed'
           from judging.rounds r
          where a.submission_id = $1
            and r.edition_id = a.edition_id
            and r.round_id = a.round_id
            and r.state <> 'closed'
            and a.state in ('assigned', 'accepted', 'scored')",
        submission.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many assignments of a round live, and how many of them are scored.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn progress(db: &mut PgConnection, round: &RoundKey) -> Result<(u32, u32), StoreError> {
    let row = sqlx::query!(
        r#"select count(*) filter (where state in ('assigned', 'accepted', 'scored')) as "live!",
                  count(*) filter (where state = 'scored') as "scored!"
             from judging.assignments
            where edition_id = $1
              and round_id = $2
              and not calibration"#,
        round.edition(),
        round.round(),
    )
    .fetch_one(db)
    .await?;
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok((count(row.live), count(row.scored)))
}

struct Row {
    assignment_id: Uuid,
    entry_id: Uuid,
    submission_id: Uuid,
    submission_version: i32,
    judge_id: Uuid,
    calibration: bool,
    state: String,
    assigned_at: time::OffsetDateTime,
}

impl Row {
    fn kept(self) -> Result<Kept, StoreError> {
        Ok(Kept {
            id: AssignmentId(self.assignment_id),
            entry: EntryId(self.entry_id),
            submission: SubmissionId(self.submission_id),
            submission_version: counted(self.submission_version),
            judge: PersonId(self.judge_id),
            calibration: self.calibration,
            state: AssignmentState::from_code(&self.state)
                .ok_or_else(|| StoreError::corrupt("assignments", "state", self.state))?,
            assigned_at: BusinessTime::from_offset(self.assigned_at),
        })
    }
}
