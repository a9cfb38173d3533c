//! Personal data that hides itself.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value about a person. It prints as `[personal]`, so it cannot reach a log, a trace or an
/// error by accident; serialising is left possible because a response may well carry it.
#[derive(
    Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Marks a value as personal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, where it is needed and allowed.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself, where it is needed and allowed.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

impl<T> fmt::Display for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_does_not_print() {
        let email = Personal::new("siti@contoh.test".to_owned());
        assert_eq!(format!("{email} {email:?}"), "[personal] [personal]");
        assert_eq!(format!("{:?}", Some(&email)), "Some([personal])");
        assert_eq!(email.reveal(), "siti@contoh.test");
    }
}
