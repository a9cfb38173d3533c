//! Ids and resource names of what judging speaks about, parsed once at the edge.

pub use winner_platform::names::BadName;
use winner_platform::names::is_slug;
use winner_platform::uuid_id;

uuid_id! {
    /// A person, by a random id; nothing else of people is known here.
    PersonId;
    /// A submission. Judges never see it.
    SubmissionId;
    /// What a judge sees instead of a submission's id: made for this judge and round alone.
    EntryId;
    /// A judge's duty to score one entry.
    AssignmentId;
}

/// A round of an edition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoundKey {
    edition: String,
    round: String,
}

impl RoundKey {
    /// A round by its two slugs.
    ///
    /// # Errors
    /// [`BadName`] where one of them is no slug.
    pub fn new(edition: &str, round: &str) -> Result<Self, BadName> {
        if is_slug(edition) && is_slug(round) {
            Ok(Self {
                edition: edition.to_owned(),
                round: round.to_owned(),
            })
        } else {
            Err(BadName {
                expected: "editions/{edition}/rounds/{round}",
            })
        }
    }

    /// Parses `editions/{edition}/rounds/{round}`.
    ///
    /// # Errors
    /// [`BadName`] with the form expected.
    pub fn parse(name: &str) -> Result<Self, BadName> {
        match name.split('/').collect::<Vec<_>>().as_slice() {
            ["editions", edition, "rounds", round] => Self::new(edition, round),
            _ => Err(BadName {
                expected: "editions/{edition}/rounds/{round}",
            }),
        }
    }

    /// The edition's id.
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// The round's id within the edition.
    pub fn round(&self) -> &str {
        &self.round
    }

    /// The id of the round's aggregates in subjects: slugs hold no underscore.
    pub fn aggregate_id(&self) -> String {
        format!("{}_{}", self.edition, self.round)
    }

    /// `editions/{edition}/rounds/{round}`.
    pub fn name(&self) -> String {
        format!("editions/{}/rounds/{}", self.edition, self.round)
    }

    /// `editions/{edition}/rounds/{round}/panel`, matching's resource.
    pub fn panel_name(&self) -> String {
        format!("{}/panel", self.name())
    }

    /// `editions/{edition}/rounds/{round}/entries/{entry}`.
    pub fn entry_name(&self, entry: EntryId) -> String {
        format!("{}/entries/{entry}", self.name())
    }

    /// `editions/{edition}/rounds/{round}/rankings/{version}`.
    pub fn ranking_name(&self, version: u32) -> String {
        format!("{}/rankings/{version}", self.name())
    }

    /// `editions/{edition}/rounds/{round}/result`.
    pub fn result_name(&self) -> String {
        format!("{}/result", self.name())
    }
}

/// Parses `editions/{edition}`.
///
/// # Errors
/// [`BadName`] with the form expected.
pub fn parse_edition(name: &str) -> Result<&str, BadName> {
    name.strip_prefix("editions/")
        .filter(|id| is_slug(id))
        .ok_or(BadName {
            expected: "editions/{edition}",
        })
}

/// Parses `editions/{edition}/rounds/{round}/entries/{entry}`.
///
/// # Errors
/// [`BadName`] with the form expected.
pub fn parse_entry(name: &str) -> Result<(RoundKey, EntryId), BadName> {
    let bad = BadName {
        expected: "editions/{edition}/rounds/{round}/entries/{entry}",
    };
    let (round, entry) = name.split_once("/entries/").ok_or_else(|| bad.clone())?;
    match (RoundKey::parse(round), entry.parse()) {
        (Ok(round), Ok(entry)) => Ok((round, entry)),
        _ => Err(bad),
    }
}

/// Parses `editions/{edition}/rounds/{round}/rankings/{version}`; `-` is the newest.
///
/// # Errors
/// [`BadName`] with the form expected.
pub fn parse_ranking(name: &str) -> Result<(RoundKey, Option<u32>), BadName> {
    let bad = BadName {
        expected: "editions/{edition}/rounds/{round}/rankings/{version}",
    };
    let (round, version) = name.split_once("/rankings/").ok_or_else(|| bad.clone())?;
    let round = RoundKey::parse(round).map_err(|_| bad.clone())?;
    match version {
        "-" => Ok((round, None)),
        number => number.parse().map(|v| (round, Some(v))).map_err(|_| bad),
    }
}

/// Parses `editions/{edition}/rounds/{round}/result`.
///
/// # Errors
/// [`BadName`] with the form expected.
pub fn parse_result(name: &str) -> Result<RoundKey, BadName> {
    name.strip_suffix("/result")
        .and_then(|round| RoundKey::parse(round).ok())
        .ok_or(BadName {
            expected: "editions/{edition}/rounds/{round}/result",
        })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn names_read_back_as_what_they_name() {
        let round = RoundKey::parse("editions/contoh-2026/rounds/meja").unwrap();
        let entry = EntryId(Uuid::from_u128(7));
        assert_eq!(
            parse_entry(&round.entry_name(entry)).unwrap(),
            (round.clone(), entry)
        );
        assert_eq!(
            parse_ranking(&round.ranking_name(3)).unwrap(),
            (round.clone(), Some(3))
        );
        assert_eq!(parse_result(&round.result_name()).unwrap(), round);
    }

    #[test]
    fn a_name_of_another_form_is_refused() {
        for name in [
            "",
            "editions/x",
            "editions/x/rounds/",
            "editions/X/rounds/y",
            "rounds/y",
        ] {
            assert!(RoundKey::parse(name).is_err(), "{name}");
        }
        assert!(parse_ranking("editions/x/rounds/y/rankings/-1").is_err());
        assert!(parse_entry("editions/x/rounds/y/entries/not-a-uuid").is_err());
    }
}
