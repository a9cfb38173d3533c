//! Table `intake.waves`, and the lock by which a wave closes once and for all.

use sqlx::PgConnection;
use winner_platform::BusinessTime;

use super::{StoreError, inconsistent};
use crate::domain::closing::RootHash;
use crate::domain::deadline::{Deadline, Window};
use crate::domain::ids::{EditionId, WaveId};

/// A wave as it runs.
#[derive(Debug, Clone)]
pub(crate) struct WaveRow {
    pub(crate) edition: EditionId,
    pub(crate) wave: WaveId,
    pub(crate) submissions: Window,
    pub(crate) closing: Option<Closing>,
}

/// What a closed wave came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Closing {
    pub(crate) accepted: i32,
    pub(crate) root: RootHash,
}

struct Raw {
    edition_id: String,
    wave_id: String,
    submissions_open_at: BusinessTime,
    submissions_close_at: BusinessTime,
    submissions_whole_second: bool,
    accepted_count: Option<i32>,
    root_hash: Option<Vec<u8>>,
}

impl TryFrom<Raw> for WaveRow {
    type Error = StoreError;

    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let closing = match (raw.accepted_count, raw.root_hash) {
            (Some(accepted), Some(root)) => {
                let root = RootHash::from_bytes(&root).ok_or(inconsistent("waves", "root_hash"))?;
                Some(Closing { accepted, root })
            }
            _ => None,
        };
        Ok(Self {
            edition: EditionId::parse(&raw.edition_id)
                .map_err(|_| inconsistent("waves", "edition_id"))?,
            wave: WaveId::parse(&raw.wave_id).map_err(|_| inconsistent("waves", "wave_id"))?,
            submissions: Window {
                opens: raw.submissions_open_at,
                closes: Deadline {
                    at: raw.submissions_close_at,
                    whole_second: raw.submissions_whole_second,
                },
            },
            closing,
        })
    }
}

/// Stores a wave, or its new dates.
pub(crate) async fn put(
    conn: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
    submissions: &Window,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO intake.waves
                (edition_id, wave_id, submissions_open_at, submissions_close_at, submissions_whole_second)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (edition_id, wave_id) DO UPDATE
            SET submissions_open_at      = excluded.submissions_open_at,
                submissions_close_at     = excluded.submissions_close_at,
                submissions_whole_second = excluded.submissions_whole_second",
        edition.as_str(),
        wave.as_str(),
        submissions.opens.as_offset(),
        submissions.closes.at.as_offset(),
        submissions.closes.whole_second,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps a wave from closing until the transaction ends. Many may hold this at once.
pub(crate) async fn lock_open(
    conn: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock_shared(hashtextextended('intake.wave ' || $1 || ' ' || $2, 0))",
        edition.as_str(),
        wave.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Waits for every transaction that holds [`lock_open`], and keeps further ones out.
pub(crate) async fn lock_closing(
    conn: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended('intake.wave ' || $1 || ' ' || $2, 0))",
        edition.as_str(),
        wave.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads a wave.
pub(crate) async fn find(
    conn: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<Option<WaveRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT edition_id, wave_id,
                  submissions_open_at  AS "submissions_open_at: BusinessTime",
                  submissions_close_at AS "submissions_close_at: BusinessTime",
                  submissions_whole_second, accepted_count, root_hash
             FROM intake.waves
            WHERE edition_id = $1
              AND wave_id    = $2"#,
        edition.as_str(),
        wave.as_str(),
    )
    .fetch_optional(conn)
    .await?
    .map(WaveRow::try_from)
    .transpose()
}

/// Reads the waves of an edition, by id.
pub(crate) async fn list(
    conn: &mut PgConnection,
    edition: &EditionId,
) -> Result<Vec<WaveRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT edition_id, wave_id,
                  submissions_open_at  AS "submissions_open_at: BusinessTime",
                  submissions_close_at AS "submissions_close_at: BusinessTime",
                  submissions_whole_second, accepted_count, root_hash
             FROM intake.waves
            WHERE edition_id = $1
            ORDER BY wave_id"#,
        edition.as_str(),
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(WaveRow::try_from)
    .collect()
}

/// The waves of open editions whose submissions closed before `before` and that are not counted.
///
/// Served by `waves_by_deadline`.
pub(crate) async fn due(
    conn: &mut PgConnection,
    before: BusinessTime,
) -> Result<Vec<WaveRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT w.edition_id, w.wave_id,
                  w.submissions_open_at  AS "submissions_open_at: BusinessTime",
                  w.submissions_close_at AS "submissions_close_at: BusinessTime",
                  w.submissions_whole_second, w.accepted_count, w.root_hash
             FROM intake.waves    w
             JOIN intake.editions e USING (edition_id)
            WHERE w.closed_at IS NULL
              AND w.submissions_close_at < $1
              AND e.state = 'open'
            ORDER BY w.submissions_close_at, w.edition_id, w.wave_id
            LIMIT 100"#,
        before.as_offset(),
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(WaveRow::try_from)
    .collect()
}

/// Records what a wave came to.
pub(crate) async fn close(
    conn: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
    closing: &Closing,
    now: BusinessTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE intake.waves
            SET closed_at      = $3,
                accepted_count = $4,
                root_hash      = $5
          WHERE edition_id = $1
            AND wave_id    = $2
            AND closed_at IS NULL",
        edition.as_str(),
        wave.as_str(),
        now.as_offset(),
        closing.accepted,
        closing.root.as_bytes().as_slice(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a wave of a draft edition.
pub(crate) async fn remove(
    conn: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM intake.waves
          WHERE edition_id = $1
            AND wave_id    = $2",
        edition.as_str(),
        wave.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
