//! `matching.waves`: the closed waves, with the root hash that a panel cites.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::{StoreError, stored};
use crate::domain::ids::{EditionId, WaveId};

/// Keeps a closed wave.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn put(
    db: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
    accepted: u32,
    root_hash: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into matching.waves (edition_id, wave_id, accepted_count, root_hash)
         values ($1, $2, $3, $4)
         on conflict (edition_id, wave_id) do update
            set accepted_count = excluded.accepted_count,
                root_hash = excluded.root_hash",
        edition.as_str(),
        wave.as_str(),
        stored(accepted),
        root_hash,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Root hashes of an edition's closed waves, by wave.
///
/// # Errors
/// [`StoreError`] when the database refuses or a row does not read back.
pub async fn root_hashes(
    db: &mut PgConnection,
    edition: &EditionId,
) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = sqlx::query!(
        "select wave_id, root_hash
           from matching.waves
          where edition_id = $1",
        edition.as_str(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.wave_id, r.root_hash)).collect())
}
