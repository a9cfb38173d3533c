//! A person changes their own contact data.

use winner_messaging::Unit;

use super::find_links;
use crate::context::{Caller, Context};
use crate::domain::contact::Phone;
use crate::domain::names;
use crate::domain::region::RegionCode;
use crate::refusal::Refusal;
use crate::store::persons::{self, PersonRow};

/// The changes asked for; `None` leaves a field as it is.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) display_name: Option<String>,
    pub(crate) phone: Option<Option<Phone>>,
    pub(crate) language: Option<String>,
    pub(crate) region: Option<Option<RegionCode>>,
    pub(crate) employer: Option<Option<String>>,
    pub(crate) etag: Option<i64>,
}

/// Changes the caller's own details.
///
/// # Errors
/// [`Refusal::NotFound`] for an erased person, [`Refusal::Conflict`] on another etag.
pub(crate) async fn update_person(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    change: Change,
) -> Result<PersonRow, Refusal> {
    let person = caller.person;
    let missing = || Refusal::NotFound("person", names::person(person));
    let row = persons::lock(unit.conn(), person)
        .await?
        .ok_or_else(missing)?;
    if change.etag.is_some_and(|etag| etag != row.etag) {
        return Err(Refusal::stale());
    }
    let mut details = row.details.clone();
    if let Some(name) = change.display_name {
        details.display_name = name;
    }
    if let Some(phone) = change.phone {
        details.phone = phone;
    }
    if let Some(language) = change.language {
        details.language = language;
    }
    if let Some(region) = change.region {
        details.region = region;
    }
    if let Some(employer) = change.employer {
        details.employer = employer;
    }
    persons::update(unit.conn(), person, &details).await?;
    find_links::of_person(context, unit, person).await?;
    Ok(PersonRow {
        details,
        etag: row.etag + 1,
        ..row
    })
}
