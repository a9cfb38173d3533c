//! Ids as types, so that nobody passes a person where a submission is meant.
//!
//! Random ids are UUIDs. Ids that people write into an edition file are slugs: lower-case letters,
//! digits and hyphens, safe in URLs, resource names and subjects.

use std::fmt;

use uuid::Uuid;

/// A text that is no id of the kind wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a UUID.
    #[error("must be a UUID")]
    NotAUuid,
    /// Not a slug of the length wanted.
    #[error(
        "must be {min} to {max} lower-case letters, digits and hyphens, with neither end a hyphen"
    )]
    NotASlug {
        /// Shortest length.
        min: usize,
        /// Longest length.
        max: usize,
    },
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID as this kind of id.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID, for a database column.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }

            /// Reads the hyphenated form.
            ///
            /// # Errors
            /// [`IdError::NotAUuid`].
            pub fn parse(text: &str) -> Result<Self, IdError> {
                // Only one spelling, so that an id compares equal as text too.
                match Uuid::try_parse(text) {
                    Ok(id) if id.hyphenated().to_string() == text => Ok(Self(id)),
                    _ => Err(IdError::NotAUuid),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }
    )*};
}

uuid_id! {
    /// A human being.
    PersonId,
    /// A team's body.
    OrganisationId,
    /// An office or membership, from invitation to end.
    MembershipId,
    /// A problem of a local government.
    ChallengeId,
    /// A proposal.
    SubmissionId,
    /// Two identities that belong together.
    LinkId,
}

macro_rules! slug_id {
    ($($(#[$doc:meta])* $name:ident($min:literal..=$max:literal)),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Reads a slug.
            ///
            /// # Errors
            /// [`IdError::NotASlug`].
            pub fn parse(text: &str) -> Result<Self, IdError> {
                if is_slug(text) && ($min..=$max).contains(&text.len()) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdError::NotASlug { min: $min, max: $max })
                }
            }

            /// The slug.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

slug_id! {
    /// One run of a competition.
    EditionId(3..=40),
    /// A group of regions with its own dates.
    WaveId(1..=40),
    /// A priority issue.
    IssueId(1..=40),
    /// A field of a form.
    FieldId(1..=60),
    /// A choice of a field.
    ChoiceId(1..=60),
    /// Something that screening checks, or judges score.
    CriterionId(1..=60),
    /// A round of judging.
    RoundId(1..=40),
}

fn is_slug(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.bytes().all(plain) && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_has_no_capitals_dots_or_hyphens_at_its_ends() {
        assert!(EditionId::parse("contoh-2026").is_ok());
        for wrong in [
            "ab",
            "Contoh",
            "a.b.c",
            "-abc",
            "abc-",
            "a b c",
            "a_bc",
            &"x".repeat(41),
        ] {
            assert!(EditionId::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_id_has_one_spelling() {
        let text = "0192a3b4-c5d6-7e8f-9a0b-1c2d3e4f5a6b";
        assert_eq!(PersonId::parse(text).unwrap().to_string(), text);
        assert!(PersonId::parse(&text.to_uppercase()).is_err());
        assert!(PersonId::parse(&text.replace('-', "")).is_err());
    }
}
