//! Ids of what is judged, of who judges, and by what measure.
//!
//! The engine only compares and prints ids, so they are opaque texts; the caller decides whether they
//! are UUIDs, receipt numbers or the names in a spreadsheet.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// An id with this text.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The id's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    };
}

id! {
    /// What is ranked: one version of one submission in one round.
    EntryId
}
id! {
    /// Who gives scores.
    JudgeId
}
id! {
    /// One criterion of a rubric, such as `impact`.
    CriterionId
}

impl JudgeId {
    /// Whether nobody knows who this judge is: an empty id, or one that starts with a question mark.
    pub fn is_unknown(&self) -> bool {
        self.0.is_empty() || self.0.starts_with('?')
    }
}
