//! `judging.round_rules` and `judging.rounds`: the rules that intake applied, and the rounds that were
//! planned under them.

use sqlx::PgConnection;
use winner_platform::time::BusinessTime;

use super::{StoreError, counted, stored};
use crate::domain::ids::RoundKey;
use crate::domain::round::RoundState;
use crate::domain::rules::RoundRules;

/// A round's rules with the version they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRules {
    /// The rules.
    pub rules: RoundRules,
    /// The version of the edition's rules.
    pub edition_version: u32,
    /// Seconds that a provisional result may be objected to.
    pub objection_window_seconds: i64,
}

/// A planned round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it stands.
    pub state: RoundState,
    /// Its rules, frozen when it was planned.
    pub frozen: KeptRules,
    /// Published seed of the lottery.
    pub seed: i64,
    /// The confirmed panel's manifest, once it is open.
    pub manifest_hash: Option<String>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was planned.
    pub created_at: BusinessTime,
}

/// Keeps a round's rules, unless newer ones are here already.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn put_rules(
    db: &mut PgConnection,
    round: &RoundKey,
    rules: &KeptRules,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into judging.round_rules
                (edition_id, round_id, edition_version, definition, objection_window_seconds)
         values ($1, $2, $3, $4, $5)
         on conflict (edition_id, round_id) do update
            set edition_version = excluded.edition_version,
                definition = excluded.definition,
                objection_window_seconds = excluded.objection_window_seconds
          where round_rules.edition_version < excluded.edition_version",
        round.edition(),
        round.round(),
        stored(rules.edition_version),
        serde_json::json!(rules.rules),
        rules.objection_window_seconds,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The rules in force for a round.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn rules(
    db: &mut PgConnection,
    round: &RoundKey,
) -> Result<Option<KeptRules>, StoreError> {
    let row = sqlx::query!(
        "select edition_version, definition, objection_window_seconds
           from judging.round_rules
          where edition_id = $1
            and round_id = $2",
        round.edition(),
        round.round(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|r| {
        Ok(KeptRules {
            rules: read_rules(r.definition)?,
            edition_version: counted(r.edition_version),
            objection_window_seconds: r.objection_window_seconds,
        })
    })
    .transpose()
}

/// Plans a round; `false` where it was planned before.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn plan(
    db: &mut PgConnection,
    round: &RoundKey,
    frozen: &KeptRules,
    seed: i64,
    at: BusinessTime,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "insert into judging.rounds
                (edition_id, round_id, state, edition_version, definition,
                 objection_window_seconds, seed, created_at)
         values ($1, $2, 'planned', $3, $4, $5, $6, $7)
         on conflict do nothing",
        round.edition(),
        round.round(),
        stored(frozen.edition_version),
        serde_json::json!(frozen.rules),
        frozen.objection_window_seconds,
        seed,
        at.as_offset(),
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A round as it stands.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn get(db: &mut PgConnection, round: &RoundKey) -> Result<Option<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select state, edition_version, definition, objection_window_seconds, seed,
                manifest_hash, revision, created_at
           from judging.rounds
          where edition_id = $1
            and round_id = $2",
        round.edition(),
        round.round(),
    )
    .fetch_optional(db)
    .await?
    .map(Row::kept)
    .transpose()
}

/// A round, locked until the transaction ends.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn lock(db: &mut PgConnection, round: &RoundKey) -> Result<Option<Kept>, StoreError> {
    sqlx::query_as!(
        Row,
        "select state, edition_version, definition, objection_window_seconds, seed,
                manifest_hash, revision, created_at
           from judging.rounds
          where edition_id = $1
            and round_id = $2
            for update",
        round.edition(),
        round.round(),
    )
    .fetch_optional(db)
    .await?
    .map(Row::kept)
    .transpose()
}

/// Notes where a round stands now, and with which panel.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn set_state(
    db: &mut PgConnection,
    round: &RoundKey,
    state: RoundState,
    manifest_hash: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update judging.rounds
            set state = $3,
                manifest_hash = coalesce($4, manifest_hash),
                revision = revision + 1
          where edition_id = $1
            and round_id = $2",
        round.edition(),
        round.round(),
        state.code(),
        manifest_hash,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Holds a round open for scores: as many may hold it as like, until the transaction ends. The close
/// takes it alone, so no score is written behind its back.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn hold_open(db: &mut PgConnection, round: &RoundKey) -> Result<(), StoreError> {
    sqlx::query!(
        r#"select pg_advisory_xact_lock_shared(hashtextextended('judging.round/' || $1, 0)) as "held!: ()""#,
        round.name(),
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

/// Takes a round for its close, waiting for every score that is being written.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn hold_for_close(db: &mut PgConnection, round: &RoundKey) -> Result<(), StoreError> {
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended('judging.round/' || $1, 0)) as "held!: ()""#,
        round.name(),
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

struct Row {
    state: String,
    edition_version: i32,
    definition: serde_json::Value,
    objection_window_seconds: i64,
    seed: i64,
    manifest_hash: Option<String>,
    revision: i64,
    created_at: time::OffsetDateTime,
}

impl Row {
    fn kept(self) -> Result<Kept, StoreError> {
        Ok(Kept {
            state: RoundState::from_code(&self.state)
                .ok_or_else(|| StoreError::corrupt("rounds", "state", self.state))?,
            frozen: KeptRules {
                rules: read_rules(self.definition)?,
                edition_version: counted(self.edition_version),
                objection_window_seconds: self.objection_window_seconds,
            },
            seed: self.seed,
            manifest_hash: self.manifest_hash,
            revision: self.revision,
            created_at: BusinessTime::from_offset(self.created_at),
        })
    }
}

fn read_rules(value: serde_json::Value) -> Result<RoundRules, StoreError> {
    serde_json::from_value(value)
        .map_err(|e| StoreError::corrupt("rounds", "definition", e.to_string()))
}
