//! A challenge: a validated problem of a local government, with what it offers.

use winner_platform::BusinessTime;

use super::deadline::{Moment, Window};
use super::edition::{EditionRules, PlaceError};
use super::ids::{ChallengeId, EditionId, IssueId};
use super::region::RegionCode;

/// Longest text, in characters.
pub const LONGEST_TEXT: usize = 5_000;
/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 200;

/// A text in two languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// Indonesian.
    pub id: String,
    /// English; may be empty.
    pub en: String,
}

/// What a government writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The priority issue.
    pub issue: IssueId,
    /// A short title.
    pub title: Text,
    /// The problem.
    pub description: Text,
    /// What the government offers.
    pub offer: Text,
    /// How many pilots it can host.
    pub capacity: i32,
}

/// Where a challenge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Seen by its government only.
    Draft,
    /// Seen by everybody.
    Published(BusinessTime),
    /// Taken back.
    Withdrawn,
}

/// A challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Which.
    pub id: ChallengeId,
    /// In which edition.
    pub edition: EditionId,
    /// Whose.
    pub region: RegionCode,
    /// What it says.
    pub problem: Problem,
    /// Where it stands.
    pub state: State,
    /// Counts its changes.
    pub etag: i64,
}

/// Why a challenge was not written or published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// Only drafts change.
    #[error("only a draft can be changed or published")]
    NotADraft,
    /// Not the time to publish.
    #[error("challenges of this wave cannot be published now")]
    OutsideWindow,
    /// The province or the issue does not belong here.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// These fields are missing or too long.
    #[error("some fields are missing or too long")]
    Fields(Vec<(&'static str, &'static str)>),
}

impl Problem {
    /// Everything that is missing or too long, by field.
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let mut text = |field, text: &Text, longest: usize| {
            if text.id.trim().is_empty() {
                faults.push((field, "the Indonesian text is required"));
            }
            if text.id.chars().count() > longest || text.en.chars().count() > longest {
                faults.push((field, "is too long"));
            }
        };
        text("title", &self.title, LONGEST_TITLE);
        text("description", &self.description, LONGEST_TEXT);
        text("offer", &self.offer, LONGEST_TEXT);
        if !(1..=1_000).contains(&self.capacity) {
            faults.push(("capacity", "must be 1 to 1000"));
        }
        faults
    }
}

impl Challenge {
    /// Changes a draft.
    ///
    /// # Errors
    /// [`ChallengeError`].
    pub fn rewrite(self, rules: &EditionRules, problem: Problem) -> Result<Self, ChallengeError> {
        if self.state != State::Draft {
            return Err(ChallengeError::NotADraft);
        }
        checked(rules, self.region, &problem)?;
        Ok(Self {
            problem,
            etag: self.etag + 1,
            ..self
        })
    }

    /// Publishes a draft within the window of its wave.
    ///
    /// # Errors
    /// [`ChallengeError`].
    pub fn publish(self, rules: &EditionRules, now: BusinessTime) -> Result<Self, ChallengeError> {
        if self.state != State::Draft {
            return Err(ChallengeError::NotADraft);
        }
        let window = checked(rules, self.region, &self.problem)?;
        match window.place(now) {
            Moment::Within => Ok(Self {
                state: State::Published(now),
                etag: self.etag + 1,
                ..self
            }),
            Moment::Before | Moment::After => Err(ChallengeError::OutsideWindow),
        }
    }
}

/// Checks what a government writes, and says when it may be published.
///
/// # Errors
/// [`ChallengeError::Fields`], [`ChallengeError::Place`].
pub fn checked(
    rules: &EditionRules,
    region: RegionCode,
    problem: &Problem,
) -> Result<Window, ChallengeError> {
    let faults = problem.faults();
    if !faults.is_empty() {
        return Err(ChallengeError::Fields(faults));
    }
    let wave = rules.place(region, &problem.issue)?;
    let wave = rules
        .waves
        .get(wave)
        .ok_or(PlaceError::ProvinceNotPartOfEdition)?;
    Ok(wave.challenges)
}
