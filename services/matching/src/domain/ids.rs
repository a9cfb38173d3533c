//! Ids and resource names of what matching speaks about, parsed once at the edge.

use std::str::FromStr;

pub use winner_platform::names::BadName;
use winner_platform::names::segments;
use winner_platform::{slug_id, uuid_id};

uuid_id! {
    /// A person, by a random id; nothing else of people is known here.
    PersonId;
    /// An organisation.
    OrganisationId;
    /// A submission.
    SubmissionId;
    /// A challenge.
    ChallengeId;
    /// A match of a submission with a challenge.
    MatchId;
    /// A conflict.
    ConflictId;
}

slug_id! {
    /// An edition.
    EditionId;
    /// A round of an edition.
    RoundId;
    /// A wave of an edition.
    WaveId;
}

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
