//! `matching.panels` and `matching.panel_assignments`: who reviews what in a round.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{StoreError, counted, stored};
use crate::domain::ids::{EditionId, PersonId, RoundKey, SubmissionId};
use crate::domain::panel::{Missing, Seat};

/// Where a panel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelState {
    /// Planned; may be planned again.
    Planned,
    /// Confirmed; later changes are replacements.
    Confirmed,
}

/// A panel without its seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it stands.
    pub state: PanelState,
    /// Counts plans and replacements.
    pub version: u32,
    /// SHA-256 over the seats, hexadecimal.
    pub manifest_hash: String,
    /// SHA-256 over the waves' root hashes, hexadecimal.
    pub root_hash: String,
    /// Total fit, in millionths.
    pub total_score_micro: i64,
    /// Entrants that lack judges.
    pub missing: Vec<Missing>,
    /// What ordered equal plans.
    pub seed: i64,
    /// The version of the edition's rules.
    pub edition_version: u32,
    /// When it was planned, in business time.
    pub planned_at: OffsetDateTime,
}

/// A panel, locked until the transaction ends: whoever changes seats holds this lock.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn lock(db: &mut PgConnection, round: &RoundKey) -> Result<Option<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select state, version, manifest_hash, root_hash, total_score_micro, shortfalls, seed,
                edition_version, planned_at
           from matching.panels
          where edition_id = $1
            and round_id = $2
            for update",
        round.edition.as_str(),
        round.round.as_str(),
    )
    .fetch_optional(db)
    .await?
    .map(Row::kept)
    .transpose()
}

/// A panel as it stands.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn get(db: &mut PgConnection, round: &RoundKey) -> Result<Option<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select state, version, manifest_hash, root_hash, total_score_micro, shortfalls, seed,
                edition_version, planned_at
           from matching.panels
          where edition_id = $1
            and round_id = $2",
        round.edition.as_str(),
        round.round.as_str(),
    )
    .fetch_optional(db)
    .await?
    .map(Row::kept)
    .transpose()
}

/// Rounds of an edition that have a panel, planned or confirmed, and are not closed, by id.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn unclosed(
    db: &mut PgConnection,
    edition: &EditionId,
) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar!(
        "select p.round_id
           from matching.panels p
           join matching.round_rules r using (edition_id, round_id)
          where p.edition_id = $1
            and not r.closed
          order by p.round_id",
        edition.as_str(),
    )
    .fetch_all(db)
    .await?)
}

/// Editions that have a panel whose round is not closed, by id; for the rare changes of identities, which
/// hold in every edition.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn editions_with_unclosed_panels(
    db: &mut PgConnection,
) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar!(
        "select distinct p.edition_id
           from matching.panels p
           join matching.round_rules r using (edition_id, round_id)
          where not r.closed
          order by p.edition_id",
    )
    .fetch_all(db)
    .await?)
}

/// Keeps a panel's head.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn put(db: &mut PgConnection, round: &RoundKey, panel: &Kept) -> Result<(), StoreError> {
    let state = match panel.state {
        PanelState::Planned => "planned",
        PanelState::Confirmed => "confirmed",
    };
    sqlx::query!(
        "insert into matching.panels
                (edition_id, round_id, state, version, manifest_hash, root_hash,
                 total_score_micro, shortfalls, seed, edition_version, planned_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (edition_id, round_id) do update
            set state = excluded.state,
                version = excluded.version,
                manifest_hash = excluded.manifest_hash,
                root_hash = excluded.root_hash,
                total_score_micro = excluded.total_score_micro,
                shortfalls = excluded.shortfalls,
                seed = excluded.seed,
                edition_version = excluded.edition_version,
                planned_at = excluded.planned_at",
        round.edition.as_str(),
        round.round.as_str(),
        state,
        stored(panel.version),
        panel.manifest_hash,
        panel.root_hash,
        panel.total_score_micro,
        serde_json::json!(panel.missing),
        panel.seed,
        stored(panel.edition_version),
        panel.planned_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Replaces all seats of a panel, in two statements.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn set_seats(
    db: &mut PgConnection,
    round: &RoundKey,
    seats: &[Seat],
) -> Result<(), StoreError> {
    sqlx::query!(
        "delete from matching.panel_assignments
          where edition_id = $1
            and round_id = $2",
        round.edition.as_str(),
        round.round.as_str(),
    )
    .execute(&mut *db)
    .await?;
    let submissions: Vec<_> = seats.iter().map(|s| s.submission.0).collect();
    let judges: Vec<_> = seats.iter().map(|s| s.judge.0).collect();
    let versions: Vec<_> = seats.iter().map(|s| stored(s.version)).collect();
    let scores: Vec<_> = seats.iter().map(|s| s.score_micro).collect();
    sqlx::query!(
        "insert into matching.panel_assignments
                (edition_id, round_id, submission_id, judge_id, submission_version,
                 score_micro, kind)
         select $1, $2, submission_id, judge_id, submission_version, score_micro, 'regular'
           from unnest($3::uuid[], $4::uuid[], $5::int[], $6::bigint[])
             as new (submission_id, judge_id, submission_version, score_micro)",
        round.edition.as_str(),
        round.round.as_str(),
        &submissions,
        &judges,
        &versions,
        &scores,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The seats of a panel, by submission then judge (the primary key's order).
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn seats(db: &mut PgConnection, round: &RoundKey) -> Result<Vec<Seat>, StoreError> {
    let rows = sqlx::query!(
        "select submission_id, judge_id, submission_version, score_micro
           from matching.panel_assignments
          where edition_id = $1
            and round_id = $2
          order by submission_id, judge_id",
        round.edition.as_str(),
        round.round.as_str(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Seat {
            submission: SubmissionId(r.submission_id),
            judge: PersonId(r.judge_id),
            version: counted(r.submission_version),
            score_micro: r.score_micro,
        })
        .collect())
}

struct Row {
    state: String,
    version: i32,
    manifest_hash: String,
    root_hash: String,
    total_score_micro: i64,
    shortfalls: serde_json::Value,
    seed: i64,
    edition_version: i32,
    planned_at: OffsetDateTime,
}

impl Row {
    fn kept(self) -> Result<Kept, StoreError> {
        let state = match self.state.as_str() {
            "planned" => PanelState::Planned,
            "confirmed" => PanelState::Confirmed,
            _ => return Err(StoreError::corrupt("panels", "state", self.state)),
        };
        let missing = serde_json::from_value(self.shortfalls)
            .map_err(|e| StoreError::corrupt("panels", "shortfalls", e.to_string()))?;
        Ok(Kept {
            state,
            version: counted(self.version),
            manifest_hash: self.manifest_hash,
            root_hash: self.root_hash,
            total_score_micro: self.total_score_micro,
            missing,
            seed: self.seed,
            edition_version: counted(self.edition_version),
            planned_at: self.planned_at,
        })
    }
}
