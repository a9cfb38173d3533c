//! A person changes their own contact data.

use winner_messaging::Unit;

use super::find_links;
use crate::context::{Caller, Context};
use crate::domain::contact::Phone;
use crate::domain::names;
use crate::domain::region::RegionCode;
use crate::refusal::Refusal;
use crate::store::persons::{self, PersonRow};

/// What becomes of a field that may be empty.
#[derive(Debug, Default)]
pub(crate) enum Set<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is emptied.
    Clear,
    /// It gets this value.
    To(T),
}

impl<T> Set<T> {
    fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::To(value) => *field = Some(value),
        }
    }
}

/// The changes asked for; `None` leaves a field as it is.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) display_name: Option<String>,
    pub(crate) phone: Set<Phone>,
    pub(crate) language: Option<String>,
    pub(crate) region: Set<RegionCode>,
    pub(crate) employer: Set<String>,
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
    if let Some(language) = change.language {
        details.language = language;
    }
    change.phone.apply(&mut details.phone);
    change.region.apply(&mut details.region);
    change.employer.apply(&mut details.employer);
    persons::update(unit.conn(), person, &details).await?;
    find_links::of_person(context, unit, person).await?;
    Ok(PersonRow {
        details,
        etag: row.etag + 1,
        ..row
    })
}
