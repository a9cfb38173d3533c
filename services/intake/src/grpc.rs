//! RPCs become use cases, and refusals become status.

pub(crate) mod challenges;
pub(crate) mod editions;
pub(crate) mod identity;
mod once;
mod page;
mod parse;
pub(crate) mod screenings;
mod status;
pub(crate) mod submissions;
pub(crate) mod views;

use winner_platform::ApiError;
use winner_platform::auth::Actor;

use crate::commands::exchange_token::PLATFORM_ADMIN;
use crate::context::Caller;
use crate::domain::ids::PersonId;

/// The person who asks.
fn caller(actor: &Actor) -> Result<Caller, ApiError> {
    Ok(Caller {
        person: PersonId::from_uuid(actor.person()?),
        platform_admin: actor.holds_everywhere(PLATFORM_ADMIN),
    })
}
