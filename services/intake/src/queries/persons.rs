//! The caller's own person.

use sqlx::PgConnection;
use winner_proto::intake::v1::Person;

use crate::context::Context;
use crate::domain::ids::PersonId;
use crate::domain::names;
use crate::messages;
use crate::refusal::Refusal;
use crate::store::memberships::{self, MembershipRow};
use crate::store::persons;

/// A person with what they hold.
///
/// # Errors
/// [`Refusal::NotFound`] once erased.
pub(crate) async fn get(context: &Context, person: PersonId) -> Result<Person, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let row = persons::find(&mut conn, person).await?;
    let row = row.ok_or_else(|| Refusal::NotFound("person", names::person(person)))?;
    let held = held(&mut conn, person).await?;
    Ok(messages::person(&row, &held))
}

/// What a person holds.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn held(
    conn: &mut PgConnection,
    person: PersonId,
) -> Result<Vec<MembershipRow>, Refusal> {
    Ok(memberships::held_by(conn, person).await?)
}
