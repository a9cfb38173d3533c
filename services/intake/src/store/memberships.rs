//! Table `intake.memberships`.

mod standing;

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::{StoreError, inconsistent};

use crate::domain::contact::Email;
use crate::domain::ids::{EditionId, MembershipId, PersonId};
use crate::domain::membership::{Membership, State};
use crate::domain::office::{Office, Seat};

pub(crate) use standing::{count_holders, governments_of, holds, is_member};

/// A membership with the address that was invited.
#[derive(Debug, Clone)]
pub(crate) struct MembershipRow {
    pub(crate) membership: Membership,
    pub(crate) email: Option<Email>,
    pub(crate) expires: Option<BusinessTime>,
}

struct Raw {
    membership_id: Uuid,
    office: String,
    edition_id: Option<String>,
    scope: Option<String>,
    person_id: Option<Uuid>,
    state: String,
    invited_email: Option<String>,
    expires_at: Option<BusinessTime>,
    created_at: BusinessTime,
}

impl TryFrom<Raw> for MembershipRow {
    type Error = StoreError;

    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let wrong = |column| inconsistent("memberships", column);
        let office = Office::from_code(&raw.office).ok_or(wrong("office"))?;
        let edition = raw
            .edition_id
            .map(|id| EditionId::parse(&id).map_err(|_| wrong("edition_id")));
        let seat = Seat::new(
            office,
            edition.transpose()?,
            raw.scope.as_deref().unwrap_or_default(),
        )
        .map_err(|_| wrong("scope"))?;
        let person = raw.person_id.map(PersonId::from_uuid);
        let state = match raw.state.as_str() {
            "invited" => State::Invited {
                expires: raw.expires_at.ok_or(wrong("expires_at"))?,
            },
            "granted" => State::Granted {
                person: person.ok_or(wrong("person_id"))?,
            },
            "revoked" => State::Revoked { person },
            "expired" => State::Expired,
            _ => return Err(wrong("state")),
        };
        let email = raw
            .invited_email
            .map(|text| Email::parse(&text).map_err(|_| wrong("invited_email")));
        let id = MembershipId::from_uuid(raw.membership_id);
        Ok(Self {
            membership: Membership {
                id,
                seat,
                state,
                created: raw.created_at,
            },
            email: email.transpose()?,
            expires: raw.expires_at,
        })
    }
}

const fn state_code(state: &State) -> &'static str {
    match state {
        State::Invited { .. } => "invited",
        State::Granted { .. } => "granted",
        State::Revoked { .. } => "revoked",
        State::Expired => "expired",
    }
}

/// Stores a new membership; `false` when its id is taken or the person holds the seat already.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    membership: &Membership,
    email: Option<&Email>,
    by: PersonId,
) -> Result<bool, StoreError> {
    let (expires, person) = match membership.state {
        State::Invited { expires } => (Some(expires), None),
        State::Granted { person } => (None, Some(person)),
        State::Revoked { person } => (None, person),
        State::Expired => (None, None),
    };
    let inserted = sqlx::query!(
        "INSERT INTO intake.memberships
                (membership_id, office, edition_id, scope, person_id, state,
                 invited_email, invited_by, expires_at, created_at, granted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                 CASE WHEN $6 = 'granted' THEN $10::timestamptz END)
         ON CONFLICT DO NOTHING",
        membership.id.as_uuid(),
        membership.seat.office().code(),
        membership.seat.edition().map(EditionId::as_str),
        membership.seat.scope(),
        person.map(PersonId::as_uuid),
        state_code(&membership.state),
        email.map(Email::as_str),
        by.as_uuid(),
        expires.map(BusinessTime::as_offset),
        membership.created.as_offset(),
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Reads a membership.
pub(crate) async fn find(
    conn: &mut PgConnection,
    id: MembershipId,
) -> Result<Option<MembershipRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT membership_id, office, edition_id, scope, person_id, state, invited_email,
                  expires_at AS "expires_at: BusinessTime",
                  created_at AS "created_at: BusinessTime"
             FROM intake.memberships
            WHERE membership_id = $1"#,
        id.as_uuid(),
    )
    .fetch_optional(conn)
    .await?
    .map(MembershipRow::try_from)
    .transpose()
}

/// Reads a membership and keeps others from changing it until the transaction ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    id: MembershipId,
) -> Result<Option<MembershipRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT membership_id, office, edition_id, scope, person_id, state, invited_email,
                  expires_at AS "expires_at: BusinessTime",
                  created_at AS "created_at: BusinessTime"
             FROM intake.memberships
            WHERE membership_id = $1
              FOR NO KEY UPDATE"#,
        id.as_uuid(),
    )
    .fetch_optional(conn)
    .await?
    .map(MembershipRow::try_from)
    .transpose()
}

/// Stores the step that a membership took. The address invited goes with the end of the invitation.
pub(crate) async fn update(
    conn: &mut PgConnection,
    membership: &Membership,
    now: BusinessTime,
) -> Result<(), StoreError> {
    let person = match membership.state {
        State::Granted { person } => Some(person),
        State::Revoked { person } => person,
        State::Invited { .. } | State::Expired => None,
    };
    sqlx::query!(
        "UPDATE intake.memberships
            SET state         = $2,
                person_id     = $3,
                invited_email = CASE WHEN $2 = 'invited' THEN invited_email END,
                granted_at    = CASE WHEN $2 = 'granted' THEN $4 ELSE granted_at END,
                ended_at      = CASE WHEN $2 IN ('revoked', 'expired') THEN $4 END
          WHERE membership_id = $1",
        membership.id.as_uuid(),
        state_code(&membership.state),
        person.map(PersonId::as_uuid),
        now.as_offset(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a person holds now.
///
/// Served by `memberships_held`.
pub(crate) async fn held_by(
    conn: &mut PgConnection,
    person: PersonId,
) -> Result<Vec<MembershipRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT membership_id, office, edition_id, scope, person_id, state, invited_email,
                  expires_at AS "expires_at: BusinessTime",
                  created_at AS "created_at: BusinessTime"
             FROM intake.memberships
            WHERE person_id = $1
              AND state     = 'granted'
            ORDER BY created_at, membership_id"#,
        person.as_uuid(),
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(MembershipRow::try_from)
    .collect()
}

/// The last membership of a page, by which the next one is found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct After {
    pub(crate) created: BusinessTime,
    pub(crate) id: Uuid,
}

/// A page of an edition's memberships, newest last.
///
/// Served by `memberships_by_edition`.
pub(crate) async fn list(
    conn: &mut PgConnection,
    edition: &EditionId,
    office: Option<Office>,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<MembershipRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT membership_id, office, edition_id, scope, person_id, state, invited_email,
                  expires_at AS "expires_at: BusinessTime",
                  created_at AS "created_at: BusinessTime"
             FROM intake.memberships
            WHERE edition_id = $1
              AND ($2::text IS NULL OR office = $2)
              AND ($3::timestamptz IS NULL OR (created_at, membership_id) > ($3, $4::uuid))
            ORDER BY created_at, membership_id
            LIMIT $5"#,
        edition.as_str(),
        office.map(Office::code),
        after.map(|after| after.created.as_offset()),
        after.map(|after| after.id),
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(MembershipRow::try_from)
    .collect()
}

/// Invitations among `ids` that may still be accepted.
pub(crate) async fn invited(
    conn: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<MembershipRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT membership_id, office, edition_id, scope, person_id, state, invited_email,
                  expires_at AS "expires_at: BusinessTime",
                  created_at AS "created_at: BusinessTime"
             FROM intake.memberships
            WHERE membership_id = ANY ($1)
              AND state = 'invited'
            ORDER BY membership_id"#,
        ids,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(MembershipRow::try_from)
    .collect()
}

/// Invitations that have run out, locked; those that somebody else has locked are left out.
///
/// Served by `memberships_by_expiry`.
pub(crate) async fn lock_expired(
    conn: &mut PgConnection,
    now: BusinessTime,
    limit: i64,
) -> Result<Vec<MembershipRow>, StoreError> {
    sqlx::query_as!(
        Raw,
        r#"SELECT membership_id, office, edition_id, scope, person_id, state, invited_email,
                  expires_at AS "expires_at: BusinessTime",
                  created_at AS "created_at: BusinessTime"
             FROM intake.memberships
            WHERE state = 'invited'
              AND expires_at < $1
            ORDER BY expires_at
            LIMIT $2
              FOR NO KEY UPDATE SKIP LOCKED"#,
        now.as_offset(),
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(MembershipRow::try_from)
    .collect()
}
