//! What an internal token says.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Grant;

/// The claims of a service's or a person's token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    /// The service that signed.
    pub(super) iss: String,
    /// The service it is for, or [`super::PERSON_AUDIENCE`].
    pub(super) aud: String,
    /// The service's name or the person's id.
    pub(super) sub: String,
    /// Whether `sub` is a service or a person.
    pub(super) kind: Kind,
    /// Issued at, in seconds since 1970.
    pub(super) iat: u64,
    /// Expires at, in seconds since 1970.
    pub(super) exp: u64,
    /// A person's grants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) grants: Vec<Grant>,
    /// The person a service acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) obo: Option<Uuid>,
}

/// Whose token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Service,
    Person,
}
