//! Table `intake.challenges`.

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::{StoreError, inconsistent};
use crate::domain::challenge::{Challenge, Problem, State, Text};
use crate::domain::ids::{ChallengeId, EditionId, IssueId, PersonId};
use crate::domain::region::RegionCode;

struct Raw {
    challenge_id: Uuid,
    edition_id: String,
    region_code: String,
    issue_id: String,
    title_id: String,
    title_en: String,
    description_id: String,
    description_en: String,
    offer_id: String,
    offer_en: String,
    capacity: i32,
    state: String,
    published_at: Option<BusinessTime>,
    etag: i64,
}

impl TryFrom<Raw> for Challenge {
    type Error = StoreError;

    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let wrong = |column| inconsistent("challenges", column);
        let state = match (raw.state.as_str(), raw.published_at) {
            ("draft", _) => State::Draft,
            ("published", Some(at)) => State::Published(at),
            ("withdrawn", _) => State::Withdrawn,
            _ => return Err(wrong("state")),
        };
        Ok(Self {
            id: ChallengeId::from_uuid(raw.challenge_id),
            edition: EditionId::parse(&raw.edition_id).map_err(|_| wrong("edition_id"))?,
            region: RegionCode::parse(&raw.region_code).map_err(|_| wrong("region_code"))?,
            problem: Problem {
                issue: IssueId::parse(&raw.issue_id).map_err(|_| wrong("issue_id"))?,
                title: Text {
                    id: raw.title_id,
                    en: raw.title_en,
                },
                description: Text {
                    id: raw.description_id,
                    en: raw.description_en,
                },
                offer: Text {
                    id: raw.offer_id,
                    en: raw.offer_en,
                },
                capacity: raw.capacity,
            },
            state,
            etag: raw.etag,
        })
    }
}

/// Stores a new draft; says whether its id was free.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    challenge: &Challenge,
    creator: PersonId,
    now: BusinessTime,
) -> Result<bool, StoreError> {
    let problem = &challenge.problem;
    let inserted = sqlx::query!(
        "INSERT INTO intake.challenges
                (challenge_id, edition_id, region_code, issue_id, title_id, title_en, description_id,
                 description_en, offer_id, offer_en, capacity, state, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'draft', $12, $13)
         ON CONFLICT DO NOTHING",
        challenge.id.as_uuid(),
        challenge.edition.as_str(),
        challenge.region.as_str(),
        problem.issue.as_str(),
        problem.title.id,
        problem.title.en,
        problem.description.id,
        problem.description.en,
        problem.offer.id,
        problem.offer.en,
        problem.capacity,
        now.as_offset(),
        creator.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Stores what a challenge has become.
pub(crate) async fn update(
    conn: &mut PgConnection,
    challenge: &Challenge,
) -> Result<(), StoreError> {
    let problem = &challenge.problem;
    let (state, published) = match challenge.state {
        State::Draft => ("draft", None),
        State::Published(at) => ("published", Some(at)),
        State::Withdrawn => ("withdrawn", None),
    };
    sqlx::query!(
        "UPDATE intake.challenges
            SET issue_id       = $2,
                title_id       = $3,
                title_en       = $4,
                description_id = $5,
                description_en = $6,
                offer_id       = $7,
                offer_en       = $8,
                capacity       = $9,
                state          = $10,
                published_at   = coalesce($11, published_at),
                etag           = $12
          WHERE challenge_id = $1",
        challenge.id.as_uuid(),
        problem.issue.as_str(),
        problem.title.id,
        problem.title.en,
        problem.description.id,
        problem.description.en,
        problem.offer.id,
        problem.offer.en,
        problem.capacity,
        state,
        published.map(BusinessTime::as_offset),
        challenge.etag,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads a challenge.
pub(crate) async fn find(
    conn: &mut PgConnection,
    edition: &EditionId,
    challenge: ChallengeId,
) -> Result<Option<Challenge>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT challenge_id, edition_id, region_code, issue_id, title_id, title_en, description_id,
                  description_en, offer_id, offer_en, capacity, state,
                  published_at AS "published_at: BusinessTime", etag
             FROM intake.challenges
            WHERE challenge_id = $1
              AND edition_id   = $2"#,
        challenge.as_uuid(),
        edition.as_str(),
    )
    .fetch_optional(conn)
    .await?
    .map(Challenge::try_from)
    .transpose()
}

/// Reads a challenge and keeps others from changing it until the transaction ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    edition: &EditionId,
    challenge: ChallengeId,
) -> Result<Option<Challenge>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT challenge_id, edition_id, region_code, issue_id, title_id, title_en, description_id,
                  description_en, offer_id, offer_en, capacity, state,
                  published_at AS "published_at: BusinessTime", etag
             FROM intake.challenges
            WHERE challenge_id = $1
              AND edition_id   = $2
              FOR NO KEY UPDATE"#,
        challenge.as_uuid(),
        edition.as_str(),
    )
    .fetch_optional(conn)
    .await?
    .map(Challenge::try_from)
    .transpose()
}

/// The last challenge of a page, by which the next one is found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct After {
    pub(crate) published: BusinessTime,
    pub(crate) id: Uuid,
}

/// A page of an edition's published challenges, in order of publication.
///
/// Served by `challenges_published`.
pub(crate) async fn list_published(
    conn: &mut PgConnection,
    edition: &EditionId,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<Challenge>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT challenge_id, edition_id, region_code, issue_id, title_id, title_en, description_id,
                  description_en, offer_id, offer_en, capacity, state,
                  published_at AS "published_at: BusinessTime", etag
             FROM intake.challenges
            WHERE edition_id = $1
              AND state = 'published'
              AND ($2::timestamptz IS NULL OR (published_at, challenge_id) > ($2, $3::uuid))
            ORDER BY published_at, challenge_id
            LIMIT $4"#,
        edition.as_str(),
        after.map(|after| after.published.as_offset()),
        after.map(|after| after.id),
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Challenge::try_from)
    .collect()
}

/// The published challenges among `ids` of an edition, by id.
pub(crate) async fn published_among(
    conn: &mut PgConnection,
    edition: &EditionId,
    ids: &[Uuid],
) -> Result<Vec<Challenge>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT challenge_id, edition_id, region_code, issue_id, title_id, title_en, description_id,
                  description_en, offer_id, offer_en, capacity, state,
                  published_at AS "published_at: BusinessTime", etag
             FROM intake.challenges
            WHERE edition_id   = $1
              AND challenge_id = ANY ($2)
              AND state = 'published'
            ORDER BY challenge_id"#,
        edition.as_str(),
        ids,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Challenge::try_from)
    .collect()
}
