//! A submission: drafted for weeks, sealed once before the deadline, perhaps taken back.
//!
//! Each state is a type, and every step consumes the state before it, so that a sealed submission
//! cannot be edited and a withdrawn one cannot be sealed: there is no such function.

pub mod content;
mod edit;
mod seal;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use winner_platform::BusinessTime;
use winner_proto::types::v1::Value;

use super::ids::{ChallengeId, EditionId, FieldId, IssueId, OrganisationId, SubmissionId, WaveId};
use super::region::RegionCode;

pub use edit::{Edit, EditError, FieldChange};
pub use seal::{SealRules, SubmitError};

/// At most this many challenges are answered by one submission.
pub const MOST_CHALLENGES: usize = 5;
/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 200;

/// What a team proposes.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Which submission.
    pub id: SubmissionId,
    /// In which edition.
    pub edition: EditionId,
    /// Whose.
    pub organisation: OrganisationId,
    /// The wave it counts in.
    pub wave: WaveId,
    /// Where the solution is to work.
    pub region: RegionCode,
    /// The priority issue.
    pub issue: IssueId,
    /// A short title.
    pub title: String,
    /// The challenges that it answers, in the team's order.
    pub challenges: Vec<ChallengeId>,
    /// The answers to the form.
    pub answers: BTreeMap<FieldId, Answer>,
}

/// An answer with the count of its changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The answer; of no kind where it was cleared.
    pub value: Value,
    /// Counts the changes of this field from 1.
    pub version: i64,
}

/// Being written.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What is proposed so far.
    pub proposal: Proposal,
    /// Counts every change of the draft; what is sealed is what the team saw.
    pub etag: i64,
    /// The last sealed version before this draft, 0 for none.
    pub sealed_version: i32,
}

/// Sealed and accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    /// What is proposed, as sealed.
    pub proposal: Proposal,
    /// The version sealed, from 1.
    pub version: i32,
    /// When the request had arrived whole, in milliseconds.
    pub arrived: BusinessTime,
    /// The version of the edition's rules by which it was accepted.
    pub edition_version: i32,
}

/// Where a submission stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Being written.
    Draft,
    /// Sealed and accepted.
    Submitted,
    /// Taken back.
    Withdrawn,
}

impl State {
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From the stored form.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Draft, Self::Submitted, Self::Withdrawn]
            .into_iter()
            .find(|s| s.code() == code)
    }
}

/// What withdrawing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// A draft that nobody else knew of is gone.
    OfDraft,
    /// An accepted submission was taken back: the others must hear of it.
    OfSubmitted,
}

/// Why a submission cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the submission was withdrawn before")]
pub struct AlreadyWithdrawn;

/// Takes a submission back, whatever it was.
///
/// # Errors
/// [`AlreadyWithdrawn`].
pub const fn withdraw(state: State) -> Result<Withdrawal, AlreadyWithdrawn> {
    match state {
        State::Draft => Ok(Withdrawal::OfDraft),
        State::Submitted => Ok(Withdrawal::OfSubmitted),
        State::Withdrawn => Err(AlreadyWithdrawn),
    }
}
