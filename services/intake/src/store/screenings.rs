//! Table `intake.screenings`.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::{StoreError, inconsistent};
use crate::domain::ids::{CriterionId, EditionId, PersonId, SubmissionId, WaveId};
use crate::domain::screening::{Decision, Finding, Screening, Verdict};

type Findings = BTreeMap<String, String>;

/// The screening of one version of a submission.
#[derive(Debug, Clone)]
pub(crate) struct ScreeningRow {
    pub(crate) submission: SubmissionId,
    pub(crate) version: i32,
    pub(crate) screening: Screening,
    pub(crate) decided: Option<BusinessTime>,
    pub(crate) edition_version: Option<i32>,
}

struct Raw {
    submission_id: Uuid,
    version: i32,
    verdict: Option<String>,
    findings: Option<Json<Findings>>,
    reason: Option<String>,
    decided_at: Option<BusinessTime>,
    edition_version: Option<i32>,
    announced_at: Option<BusinessTime>,
}

impl TryFrom<Raw> for ScreeningRow {
    type Error = StoreError;

    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let wrong = |column| inconsistent("screenings", column);
        let screening = match (raw.verdict, raw.findings, raw.reason) {
            (Some(verdict), Some(findings), Some(reason)) => {
                let findings = findings.0.into_iter().map(|(id, code)| {
                    let id = CriterionId::parse(&id).map_err(|_| wrong("findings"))?;
                    Ok((id, Finding::from_code(&code).ok_or(wrong("findings"))?))
                });
                let decision = Decision {
                    verdict: Verdict::from_code(&verdict).ok_or(wrong("verdict"))?,
                    findings: findings.collect::<Result<_, StoreError>>()?,
                    reason,
                };
                match raw.announced_at {
                    Some(at) => Screening::Announced(decision, at),
                    None => Screening::Decided(decision),
                }
            }
            _ => Screening::Pending,
        };
        Ok(Self {
            submission: SubmissionId::from_uuid(raw.submission_id),
            version: raw.version,
            screening,
            decided: raw.decided_at,
            edition_version: raw.edition_version,
        })
    }
}

/// Who decided what, when, by which rules.
#[derive(Debug)]
pub(crate) struct DecisionRecord<'a> {
    pub(crate) submission: SubmissionId,
    pub(crate) version: i32,
    pub(crate) edition: &'a EditionId,
    pub(crate) wave: &'a WaveId,
    pub(crate) edition_version: i32,
    pub(crate) decision: &'a Decision,
    pub(crate) by: PersonId,
    pub(crate) at: BusinessTime,
}

/// Stores a decision, or the one that replaces it before the announcement.
pub(crate) async fn put(
    conn: &mut PgConnection,
    record: &DecisionRecord<'_>,
) -> Result<(), StoreError> {
    let decision = record.decision;
    let findings: Findings = decision
        .findings
        .iter()
        .map(|(id, finding)| (id.to_string(), finding.code().to_owned()))
        .collect();
    sqlx::query!(
        "INSERT INTO intake.screenings
                (submission_id, version, edition_id, wave_id, edition_version, verdict, findings,
                 reason, decided_at, decided_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (submission_id, version) DO UPDATE
            SET edition_version = excluded.edition_version,
                verdict         = excluded.verdict,
                findings        = excluded.findings,
                reason          = excluded.reason,
                decided_at      = excluded.decided_at,
                decided_by      = excluded.decided_by
          WHERE screenings.announced_at IS NULL",
        record.submission.as_uuid(),
        record.version,
        record.edition.as_str(),
        record.wave.as_str(),
        record.edition_version,
        decision.verdict.code(),
        Json(findings) as _,
        decision.reason,
        record.at.as_offset(),
        record.by.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads the screening of a version; pending where nobody has decided.
pub(crate) async fn find(
    conn: &mut PgConnection,
    submission: SubmissionId,
    version: i32,
) -> Result<Screening, StoreError> {
    let row = sqlx::query_as!(
        Raw,
        r#"SELECT submission_id, version, verdict AS "verdict?",
                  findings AS "findings?: Json<Findings>", reason AS "reason?",
                  decided_at AS "decided_at?: BusinessTime", edition_version AS "edition_version?",
                  announced_at AS "announced_at: BusinessTime"
             FROM intake.screenings
            WHERE submission_id = $1
              AND version       = $2"#,
        submission.as_uuid(),
        version,
    )
    .fetch_optional(conn)
    .await?;
    row.map_or(Ok(Screening::Pending), |raw| {
        Ok(ScreeningRow::try_from(raw)?.screening)
    })
}

/// A page of an edition's screenings by submission, pending ones included.
///
/// Served by `submissions_by_edition` and the key of `screenings`.
pub(crate) async fn list(
    conn: &mut PgConnection,
    edition: &EditionId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ScreeningRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT s.submission_id, s.version, c.verdict AS "verdict?",
                  c.findings AS "findings?: Json<Findings>", c.reason AS "reason?",
                  c.decided_at AS "decided_at?: BusinessTime",
                  c.edition_version AS "edition_version?",
                  c.announced_at AS "announced_at?: BusinessTime"
             FROM intake.submissions s
             LEFT JOIN intake.screenings c USING (submission_id, version)
            WHERE s.edition_id = $1
              AND s.version > 0
              AND s.state = 'submitted'
              AND ($2::uuid IS NULL OR s.submission_id > $2)
            ORDER BY s.submission_id
            LIMIT $3"#,
        edition.as_str(),
        after,
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(ScreeningRow::try_from)
    .collect()
}

/// Decided and not announced screenings of a wave, by submission, whose submissions are locked.
///
/// Two statements: whoever decides anew locks the submission first, so what the second one reads
/// is what stands. Served by `screenings_to_announce`.
pub(crate) async fn lock_to_announce(
    conn: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
    limit: i64,
) -> Result<Vec<ScreeningRow>, StoreError> {
    let locked = sqlx::query_scalar!(
        "SELECT s.submission_id
           FROM intake.screenings  c
           JOIN intake.submissions s USING (submission_id, version)
          WHERE c.edition_id = $1
            AND c.wave_id    = $2
            AND c.announced_at IS NULL
            AND s.state = 'submitted'
          ORDER BY s.submission_id
          LIMIT $3
            FOR NO KEY UPDATE OF s",
        edition.as_str(),
        wave.as_str(),
        limit,
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query_as!(
        Raw,
        r#"SELECT c.submission_id, c.version, c.verdict AS "verdict?",
                  c.findings AS "findings?: Json<Findings>", c.reason AS "reason?",
                  c.decided_at AS "decided_at?: BusinessTime",
                  c.edition_version AS "edition_version?",
                  c.announced_at AS "announced_at: BusinessTime"
             FROM intake.screenings  c
             JOIN intake.submissions s USING (submission_id, version)
            WHERE c.submission_id = ANY ($1)
              AND c.announced_at IS NULL
              AND s.state = 'submitted'
            ORDER BY c.submission_id"#,
        &locked,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(ScreeningRow::try_from)
    .collect()
}

/// Marks a screening as announced.
pub(crate) async fn mark_announced(
    conn: &mut PgConnection,
    submission: SubmissionId,
    version: i32,
    now: BusinessTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE intake.screenings
            SET announced_at = $3
          WHERE submission_id = $1
            AND version       = $2
            AND announced_at IS NULL",
        submission.as_uuid(),
        version,
        now.as_offset(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many of a wave's submissions have been announced with each verdict.
pub(crate) async fn count_announced(
    conn: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<Vec<(Verdict, i64)>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT verdict, count(*) AS "count!"
             FROM intake.screenings
            WHERE edition_id = $1
              AND wave_id    = $2
              AND announced_at IS NOT NULL
            GROUP BY verdict"#,
        edition.as_str(),
        wave.as_str(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let verdict =
                Verdict::from_code(&row.verdict).ok_or(inconsistent("screenings", "verdict"))?;
            Ok((verdict, row.count))
        })
        .collect()
}

/// How many decided screenings of a wave wait to be announced.
///
/// Served by `screenings_to_announce`.
pub(crate) async fn count_to_announce(
    conn: &mut PgConnection,
    edition: &EditionId,
    wave: &WaveId,
) -> Result<i64, StoreError> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
             FROM intake.screenings  c
             JOIN intake.submissions s USING (submission_id, version)
            WHERE c.edition_id = $1
              AND c.wave_id    = $2
              AND c.announced_at IS NULL
              AND s.state = 'submitted'"#,
        edition.as_str(),
        wave.as_str(),
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}
