//! Who is to be told about something: pairs of a subject and a person, by keyset.

use sqlx::PgConnection;
use uuid::Uuid;

use super::StoreError;
use crate::domain::ids::EditionId;

/// A person who is to be told about a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecipientRow {
    pub(crate) subject: String,
    pub(crate) person_id: Uuid,
}

/// The last recipient of a page, by which the next one is found.
#[derive(Debug, Clone)]
pub(crate) struct After {
    pub(crate) subject: String,
    pub(crate) person_id: Uuid,
}

/// Members of the organisations of submissions.
///
/// Served by the key of `submissions` and by `memberships_by_seat`.
pub(crate) async fn teams(
    conn: &mut PgConnection,
    edition: &EditionId,
    submissions: &[Uuid],
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<RecipientRow>, StoreError> {
    let rows = sqlx::query_as!(
        RecipientRow,
        r#"SELECT s.submission_id::text AS "subject!", m.person_id AS "person_id!"
             FROM intake.submissions s
             JOIN intake.memberships m
               ON m.office = 'member'
              AND m.edition_id IS NULL
              AND m.scope = s.organisation_id::text
              AND m.state = 'granted'
             JOIN intake.persons p
               ON p.person_id = m.person_id
              AND p.erased_at IS NULL
            WHERE s.edition_id    = $1
              AND s.submission_id = ANY ($2)
              AND ($3::uuid IS NULL OR (s.submission_id, m.person_id) > ($3, $4::uuid))
            ORDER BY s.submission_id, m.person_id
            LIMIT $5"#,
        edition.as_str(),
        submissions,
        after.and_then(|after| Uuid::try_parse(&after.subject).ok()),
        after.map(|after| after.person_id),
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Officials of the governments of challenges.
///
/// Served by the key of `challenges` and by `memberships_by_seat`.
pub(crate) async fn officials(
    conn: &mut PgConnection,
    edition: &EditionId,
    challenges: &[Uuid],
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<RecipientRow>, StoreError> {
    let rows = sqlx::query_as!(
        RecipientRow,
        r#"SELECT c.challenge_id::text AS "subject!", m.person_id AS "person_id!"
             FROM intake.challenges  c
             JOIN intake.memberships m
               ON m.office = 'official'
              AND m.edition_id = c.edition_id
              AND m.scope = c.region_code
              AND m.state = 'granted'
             JOIN intake.persons p
               ON p.person_id = m.person_id
              AND p.erased_at IS NULL
            WHERE c.edition_id   = $1
              AND c.challenge_id = ANY ($2)
              AND ($3::uuid IS NULL OR (c.challenge_id, m.person_id) > ($3, $4::uuid))
            ORDER BY c.challenge_id, m.person_id
            LIMIT $5"#,
        edition.as_str(),
        challenges,
        after.and_then(|after| Uuid::try_parse(&after.subject).ok()),
        after.map(|after| after.person_id),
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Organisers and chairs of an edition, each once.
///
/// Served by `memberships_by_seat`.
pub(crate) async fn organisers(
    conn: &mut PgConnection,
    edition: &EditionId,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<RecipientRow>, StoreError> {
    let rows = sqlx::query_as!(
        RecipientRow,
        r#"SELECT DISTINCT m.edition_id AS "subject!", m.person_id AS "person_id!"
             FROM intake.memberships m
             JOIN intake.persons p
               ON p.person_id = m.person_id
              AND p.erased_at IS NULL
            WHERE m.office IN ('chair', 'organiser')
              AND m.edition_id = $1
              AND m.state = 'granted'
              AND ($2::uuid IS NULL OR m.person_id > $2)
            ORDER BY 2
            LIMIT $3"#,
        edition.as_str(),
        after.map(|after| after.person_id),
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Members of every submission that was announced as eligible.
///
/// Served by `submissions_eligible` and `memberships_by_seat`.
pub(crate) async fn eligible_teams(
    conn: &mut PgConnection,
    edition: &EditionId,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<RecipientRow>, StoreError> {
    let rows = sqlx::query_as!(
        RecipientRow,
        r#"SELECT s.submission_id::text AS "subject!", m.person_id AS "person_id!"
             FROM intake.submissions s
             JOIN intake.memberships m
               ON m.office = 'member'
              AND m.edition_id IS NULL
              AND m.scope = s.organisation_id::text
              AND m.state = 'granted'
             JOIN intake.persons p
               ON p.person_id = m.person_id
              AND p.erased_at IS NULL
            WHERE s.edition_id = $1
              AND s.outcome = 'eligible'
              AND s.state = 'submitted'
              AND ($2::uuid IS NULL OR (s.submission_id, m.person_id) > ($2, $3::uuid))
            ORDER BY s.submission_id, m.person_id
            LIMIT $4"#,
        edition.as_str(),
        after.and_then(|after| Uuid::try_parse(&after.subject).ok()),
        after.map(|after| after.person_id),
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// The members of organisations: pairs of organisation and person.
///
/// Served by `memberships_by_seat`.
pub(crate) async fn members_of(
    conn: &mut PgConnection,
    organisations: &[String],
) -> Result<Vec<RecipientRow>, StoreError> {
    let rows = sqlx::query_as!(
        RecipientRow,
        r#"SELECT scope AS "subject!", person_id AS "person_id!"
             FROM intake.memberships
            WHERE office = 'member'
              AND edition_id IS NULL
              AND scope = ANY ($1)
              AND state = 'granted'
            ORDER BY 1, 2"#,
        organisations,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
