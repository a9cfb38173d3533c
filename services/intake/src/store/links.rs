//! Table `intake.links`: identities that belong together.

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::StoreError;
use crate::domain::ids::{LinkId, PersonId};

/// Two identities that may be linked, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) person_id: Uuid,
    pub(crate) other_person_id: Option<Uuid>,
    pub(crate) organisation_id: Option<Uuid>,
    pub(crate) kind: String,
}

/// Links of a person that were not found before: another person with the same mailbox or number;
/// a colleague, where one of the two judges or advises and the other belongs to a team; an
/// organisation that bears the employer's name. At most `limit`; the rest is found by the next
/// search.
///
/// Served by `person_details_by_{email,phone,employer}`, `organisations_by_name`, `memberships_held`
/// and `links_once`.
pub(crate) async fn unfound_of_person(
    conn: &mut PgConnection,
    person: PersonId,
    limit: i64,
) -> Result<Vec<Candidate>, StoreError> {
    let found = sqlx::query_as!(
        Candidate,
        r#"WITH me AS (
               SELECT person_id, email_canonical, phone, employer_canonical,
                      EXISTS (SELECT 1 FROM intake.memberships m
                               WHERE m.person_id = d.person_id AND m.state = 'granted'
                                 AND m.office IN ('judge', 'mentor')) AS reviews,
                      EXISTS (SELECT 1 FROM intake.memberships m
                               WHERE m.person_id = d.person_id AND m.state = 'granted'
                                 AND m.office = 'member') AS competes
                 FROM intake.person_details d
                WHERE person_id = $1
           ), others AS (
               SELECT o.person_id, 'same_email' AS kind
                 FROM me
                 JOIN intake.person_details o ON o.email_canonical = me.email_canonical
               UNION ALL
               SELECT o.person_id, 'same_phone'
                 FROM me
                 JOIN intake.person_details o ON o.phone = me.phone
               UNION ALL
               SELECT o.person_id, 'same_employer'
                 FROM me
                 JOIN intake.person_details o ON o.employer_canonical = me.employer_canonical
                WHERE (me.reviews AND EXISTS (SELECT 1 FROM intake.memberships m
                                               WHERE m.person_id = o.person_id AND m.state = 'granted'
                                                 AND m.office = 'member'))
                   OR (me.competes AND EXISTS (SELECT 1 FROM intake.memberships m
                                                WHERE m.person_id = o.person_id AND m.state = 'granted'
                                                  AND m.office IN ('judge', 'mentor')))
           ), candidates AS (
               SELECT least($1, person_id) AS person_id, greatest($1, person_id) AS other_person_id,
                      NULL::uuid AS organisation_id, kind
                 FROM others
                WHERE person_id <> $1
               UNION
               SELECT $1, NULL, g.organisation_id, 'same_employer'
                 FROM me
                 JOIN intake.organisations g ON g.name_canonical = me.employer_canonical
           )
           SELECT c.person_id AS "person_id!", c.other_person_id, c.organisation_id, c.kind AS "kind!"
             FROM candidates c
            WHERE NOT EXISTS (
                      SELECT 1
                        FROM intake.links l
                       WHERE l.person_id = c.person_id
                         AND l.kind      = c.kind
                         AND l.other_person_id IS NOT DISTINCT FROM c.other_person_id
                         AND l.organisation_id IS NOT DISTINCT FROM c.organisation_id)
            ORDER BY 1, 2, 3, 4
            LIMIT $2"#,
        person.as_uuid(),
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(found)
}

/// Links of an organisation to those who name it as their employer, not found before.
///
/// Served by `person_details_by_employer` and `links_once`.
pub(crate) async fn unfound_of_organisation(
    conn: &mut PgConnection,
    organisation: Uuid,
    limit: i64,
) -> Result<Vec<Candidate>, StoreError> {
    let found = sqlx::query_as!(
        Candidate,
        r#"SELECT d.person_id AS "person_id!", NULL::uuid AS other_person_id,
                  g.organisation_id AS "organisation_id?", 'same_employer' AS "kind!"
             FROM intake.organisations  g
             JOIN intake.person_details d ON d.employer_canonical = g.name_canonical
            WHERE g.organisation_id = $1
              AND NOT EXISTS (
                      SELECT 1
                        FROM intake.links l
                       WHERE l.person_id       = d.person_id
                         AND l.organisation_id = g.organisation_id
                         AND l.kind            = 'same_employer')
            ORDER BY d.person_id
            LIMIT $2"#,
        organisation,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(found)
}

/// Stores a link; says whether it is new.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    id: LinkId,
    candidate: &Candidate,
    now: BusinessTime,
) -> Result<bool, StoreError> {
    let inserted = sqlx::query!(
        "INSERT INTO intake.links (link_id, person_id, other_person_id, organisation_id, kind, found_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
        id.as_uuid(),
        candidate.person_id,
        candidate.other_person_id,
        candidate.organisation_id,
        candidate.kind,
        now.as_offset(),
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}
