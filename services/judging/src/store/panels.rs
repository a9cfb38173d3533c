//! `judging.panels`: which version of matching's panel is known here.

use sqlx::PgConnection;

use super::{StoreError, counted, stored};
use crate::domain::ids::RoundKey;

/// The panel as known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Counts plans and replacements.
    pub version: u32,
    /// SHA-256 over its assignments, hexadecimal.
    pub manifest_hash: String,
}

/// The panel of a round.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn get(db: &mut PgConnection, round: &RoundKey) -> Result<Option<Kept>, StoreError> {
    let row = sqlx::query!(
        "select version, manifest_hash
           from judging.panels
          where edition_id = $1
            and round_id = $2",
        round.edition(),
        round.round(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| Kept {
        version: counted(r.version),
        manifest_hash: r.manifest_hash,
    }))
}

/// Keeps a panel's version; `false` where this or a newer one is here already.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn advance(
    db: &mut PgConnection,
    round: &RoundKey,
    panel: &Kept,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "insert into judging.panels (edition_id, round_id, version, manifest_hash)
         values ($1, $2, $3, $4)
         on conflict (edition_id, round_id) do update
            set version = excluded.version,
                manifest_hash = excluded.manifest_hash
          where panels.version < excluded.version",
        round.edition(),
        round.round(),
        stored(panel.version),
        panel.manifest_hash,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
