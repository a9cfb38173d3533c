//! Who a message about something is for.

use uuid::Uuid;

use crate::context::Context;
use crate::domain::ids::EditionId;
use crate::refusal::Refusal;
use crate::store::recipients::{self, After, RecipientRow};

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// Members of the organisations of these submissions.
    Teams(Vec<Uuid>),
    /// Officials of the governments of these challenges.
    Officials(Vec<Uuid>),
    /// Organisers and chairs of the edition.
    Organisers,
    /// Members of every submission announced as eligible.
    EligibleTeams,
}

/// A page of recipients, by subject and person.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn list(
    context: &Context,
    edition: &EditionId,
    role: &Role,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<RecipientRow>, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let rows = match role {
        Role::Teams(ids) => recipients::teams(&mut conn, edition, ids, after, limit).await,
        Role::Officials(ids) => recipients::officials(&mut conn, edition, ids, after, limit).await,
        Role::Organisers => recipients::organisers(&mut conn, edition, after, limit).await,
        Role::EligibleTeams => recipients::eligible_teams(&mut conn, edition, after, limit).await,
    };
    Ok(rows?)
}

/// What a page's token says of its last row.
pub(crate) fn key(row: &RecipientRow) -> [String; 2] {
    [row.subject.clone(), row.person_id.to_string()]
}

/// The row after which a page begins.
pub(crate) fn after([subject, person]: [&str; 2]) -> Option<After> {
    Some(After {
        subject: subject.to_owned(),
        person_id: Uuid::try_parse(person).ok()?,
    })
}
