//! Ids and resource names of what matching speaks about, parsed once at the edge.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// A name or an id that does not have the form it should have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must have the form {expected}")]
pub struct BadName {
    /// The form, such as `editions/{edition}`.
    pub expected: &'static str,
}

macro_rules! uuid_id {
    ($(#[doc = $doc:literal])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = BadName;

            fn from_str(text: &str) -> Result<Self, BadName> {
                text.parse().map(Self).map_err(|_| BadName { expected: "a UUID" })
            }
        }
    };
}

uuid_id!(
    /// A person, by a random id; nothing else of people is known here.
    PersonId
);
uuid_id!(
    /// An organisation.
    OrganisationId
);
uuid_id!(
    /// A submission.
    SubmissionId
);
uuid_id!(
    /// A challenge.
    ChallengeId
);
uuid_id!(
    /// A match of a submission with a challenge.
    MatchId
);
uuid_id!(
    /// A conflict.
    ConflictId
);

macro_rules! slug_id {
    ($(#[doc = $doc:literal])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
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

        impl FromStr for $name {
            type Err = BadName;

            fn from_str(text: &str) -> Result<Self, BadName> {
                let fits = (1..=40).contains(&text.len())
                    && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
                if fits {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(BadName { expected: "1 to 40 of a-z, 0-9 and -" })
                }
            }
        }
    };
}

slug_id!(
    /// An edition.
    EditionId
);
slug_id!(
    /// A round of an edition.
    RoundId
);
slug_id!(
    /// A wave of an edition.
    WaveId
);

/// A round of an edition; also names the round's panel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoundKey {
    /// The edition.
    pub edition: EditionId,
    /// The round.
    pub round: RoundId,
}

impl RoundKey {
    /// The id of the round's aggregates in subjects: slugs hold no underscore.
    pub fn aggregate_id(&self) -> String {
        format!("{}_{}", self.edition, self.round)
    }

    /// `editions/{edition}/rounds/{round}/panel`.
    pub fn panel_name(&self) -> String {
        format!("editions/{}/rounds/{}/panel", self.edition, self.round)
    }

    /// Parses `editions/{edition}/rounds/{round}`.
    ///
    /// # Errors
    /// [`BadName`] with the form expected.
    pub fn parse(name: &str) -> Result<Self, BadName> {
        let bad = BadName {
            expected: "editions/{edition}/rounds/{round}",
        };
        let [edition, round] = segments(name, ["editions", "rounds"]).ok_or_else(|| bad.clone())?;
        match (edition.parse(), round.parse()) {
            (Ok(edition), Ok(round)) => Ok(Self { edition, round }),
            _ => Err(bad),
        }
    }

    /// Parses `editions/{edition}/rounds/{round}/panel`.
    ///
    /// # Errors
    /// [`BadName`] with the form expected.
    pub fn parse_panel(name: &str) -> Result<Self, BadName> {
        name.strip_suffix("/panel")
            .and_then(|round| Self::parse(round).ok())
            .ok_or(BadName {
                expected: "editions/{edition}/rounds/{round}/panel",
            })
    }
}

/// Parses `editions/{edition}`.
///
/// # Errors
/// [`BadName`] with the form expected.
pub fn parse_edition(name: &str) -> Result<EditionId, BadName> {
    segments(name, ["editions"])
        .and_then(|[edition]| edition.parse().ok())
        .ok_or(BadName {
            expected: "editions/{edition}",
        })
}

/// Parses `editions/{edition}/judges/{person}`.
///
/// # Errors
/// [`BadName`] with the form expected.
pub fn parse_judge(name: &str) -> Result<(EditionId, PersonId), BadName> {
    child(name, "judges").ok_or(BadName {
        expected: "editions/{edition}/judges/{person}",
    })
}

/// Parses `editions/{edition}/matches/{match}`.
///
/// # Errors
/// [`BadName`] with the form expected.
pub fn parse_match(name: &str) -> Result<(EditionId, MatchId), BadName> {
    child(name, "matches").ok_or(BadName {
        expected: "editions/{edition}/matches/{match}",
    })
}

fn child<T: FromStr>(name: &str, collection: &str) -> Option<(EditionId, T)> {
    let [edition, id] = segments(name, ["editions", collection])?;
    Some((edition.parse().ok()?, id.parse().ok()?))
}

/// The ids of `a/{1}/b/{2}`, when the collections are these.
fn segments<'a, const N: usize>(name: &'a str, collections: [&str; N]) -> Option<[&'a str; N]> {
    let mut parts = name.split('/');
    let mut ids = [""; N];
    for (id, collection) in ids.iter_mut().zip(collections) {
        if parts.next()? != collection {
            return None;
        }
        *id = parts.next()?;
    }
    parts.next().is_none().then_some(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_read_from_its_name() {
        let key = RoundKey::parse("editions/contoh-2026/rounds/meja").unwrap();
        assert_eq!(
            (key.edition.as_str(), key.round.as_str()),
            ("contoh-2026", "meja")
        );
        assert_eq!(RoundKey::parse_panel(&key.panel_name()).unwrap(), key);
    }

    #[test]
    fn a_name_of_another_form_is_refused() {
        for name in [
            "",
            "editions",
            "editions/",
            "editions/A",
            "editions/x/rounds",
            "rounds/x",
        ] {
            assert!(RoundKey::parse(name).is_err(), "{name}");
        }
        assert!(parse_match("editions/x/matches/not-a-uuid").is_err());
        assert!(parse_edition("editions/x/waves/y").is_err());
    }
}
