//! What a person was granted.

use serde::{Deserialize, Serialize};

/// An office held, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The office's lower-case code.
    #[serde(rename = "o")]
    pub office: String,
    /// The tenant-like scope it is held in; `None` for an office of the whole installation.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// What within that, such as an organisation's id; `None` for all of it.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl Grant {
    /// An office within one tenant-like scope.
    pub fn new(office: impl Into<String>, edition: impl Into<String>) -> Self {
        Self {
            office: office.into(),
            edition: Some(edition.into()),
            scope: None,
        }
    }

    /// An office of the whole installation.
    pub fn everywhere(office: impl Into<String>) -> Self {
        Self {
            office: office.into(),
            edition: None,
            scope: None,
        }
    }

    /// The same office, for one part only.
    #[must_use]
    pub fn within(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }
}
