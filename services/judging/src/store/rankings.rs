//! `judging.rankings` and `judging.ranking_approvals`.

use sqlx::PgConnection;
use winner_platform::time::BusinessTime;

use super::{StoreError, counted, stored};
use crate::domain::ids::{PersonId, RoundKey};
use crate::domain::ranking::{Computed, RankingState};

/// A ranking as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Counts from 1.
    pub version: u32,
    /// Where it stands.
    pub state: RankingState,
    /// Rows and hashes.
    pub computed: Computed,
    /// The version of the edition's rules.
    pub edition_version: u32,
    /// How many people must approve.
    pub approvals_required: u32,
    /// How many have.
    pub approvals: u32,
    /// When it was computed.
    pub computed_at: BusinessTime,
}

/// Adds a ranking as the round's next version, in place of those not published; says which it is. The
/// round's row must be locked.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn append(
    db: &mut PgConnection,
    round: &RoundKey,
    computed: &Computed,
    edition_version: u32,
    approvals_required: u32,
    at: BusinessTime,
) -> Result<u32, StoreError> {
    sqlx::query!(
        "update judging.rankings
            set state = 'superseded'
          where edition_id = $1
            and round_id = $2
            and state <> 'published'",
        round.edition(),
        round.round(),
    )
    .execute(&mut *db)
    .await?;
    let version = sqlx::query_scalar!(
        "insert into judging.rankings
                (edition_id, round_id, version, state, rows, inputs_hash, ranking_hash,
                 edition_version, approvals_required, computed_at)
         select $1, $2, coalesce(max(version), 0) + 1, 'computed', $3, $4, $5, $6, $7, $8
           from judging.rankings
          where edition_id = $1
            and round_id = $2
         returning version",
        round.edition(),
        round.round(),
        serde_json::json!(computed.rows),
        computed.inputs_hash,
        computed.ranking_hash,
        stored(edition_version),
        stored(approvals_required),
        at.as_offset(),
    )
    .fetch_one(db)
    .await?;
    Ok(counted(version))
}

/// A ranking by its version, or the newest.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn get(
    db: &mut PgConnection,
    round: &RoundKey,
    version: Option<u32>,
) -> Result<Option<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"select version, state, rows, inputs_hash, ranking_hash, edition_version,
                  approvals_required, computed_at,
                  (select count(*)
                     from judging.ranking_approvals a
                    where a.edition_id = r.edition_id
                      and a.round_id = r.round_id
                      and a.version = r.version) as "approvals!"
             from judging.rankings r
            where edition_id = $1
              and round_id = $2
              and ($3::int is null or version = $3)
            order by version desc
            limit 1"#,
        round.edition(),
        round.round(),
        version.map(stored),
    )
    .fetch_optional(db)
    .await?
    .map(Row::kept)
    .transpose()
}

/// Notes an approval; `false` where the same person approved before.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn approve(
    db: &mut PgConnection,
    round: &RoundKey,
    version: u32,
    person: PersonId,
    at: BusinessTime,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "insert into judging.ranking_approvals
                (edition_id, round_id, version, person_id, approved_at)
         values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        round.edition(),
        round.round(),
        stored(version),
        person.0,
        at.as_offset(),
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes where a ranking stands now.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn set_state(
    db: &mut PgConnection,
    round: &RoundKey,
    version: u32,
    state: RankingState,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update judging.rankings
            set state = $4
          where edition_id = $1
            and round_id = $2
            and version = $3",
        round.edition(),
        round.round(),
        stored(version),
        state.code(),
    )
    .execute(db)
    .await?;
    Ok(())
}

struct Row {
    version: i32,
    state: String,
    rows: serde_json::Value,
    inputs_hash: String,
    ranking_hash: String,
    edition_version: i32,
    approvals_required: i32,
    computed_at: time::OffsetDateTime,
    approvals: i64,
}

impl Row {
    fn kept(self) -> Result<Kept, StoreError> {
        Ok(Kept {
            version: counted(self.version),
            state: RankingState::from_code(&self.state)
                .ok_or_else(|| StoreError::corrupt("rankings", "state", self.state))?,
            computed: Computed {
                rows: serde_json::from_value(self.rows)
                    .map_err(|e| StoreError::corrupt("rankings", "rows", e.to_string()))?,
                inputs_hash: self.inputs_hash,
                ranking_hash: self.ranking_hash,
            },
            edition_version: counted(self.edition_version),
            approvals_required: counted(self.approvals_required),
            approvals: u32::try_from(self.approvals).unwrap_or(u32::MAX),
            computed_at: BusinessTime::from_offset(self.computed_at),
        })
    }
}
