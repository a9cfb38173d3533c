//! What exactly was sealed, and its salted hash.
//!
//! The content is JSON with sorted keys, so that the same proposal has the same bytes. The salt
//! keeps a hash from being guessed back to a text, and goes when the person is erased.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use winner_proto::types::v1::Value;

use super::Sealed;
use crate::domain::form::says_something;

/// The sealed content, as hashed and stored. The order of the fields is the order in the JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedContent {
    /// The answers, by field; only those that say something.
    pub answers: BTreeMap<String, Value>,
    /// The challenges answered, in the team's order.
    pub challenge_ids: Vec<String>,
    /// The edition.
    pub edition_id: String,
    /// The priority issue.
    pub issue_id: String,
    /// Whose it is.
    pub organisation_id: String,
    /// Where the solution is to work.
    pub region_code: String,
    /// Which submission.
    pub submission_id: String,
    /// The title.
    pub title: String,
    /// The version sealed.
    pub version: i32,
    /// The wave.
    pub wave_id: String,
}

/// SHA-256 over salt and content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The hash of a content under a salt.
    pub fn of(salt: &[u8; 16], content: &str) -> Self {
        Self(
            Sha256::new()
                .chain_update(salt)
                .chain_update(content)
                .finalize()
                .into(),
        )
    }

    /// From a database column; `None` unless it has 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// For a database column.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Sealed {
    /// The content to hash and to keep.
    pub fn content(&self) -> SealedContent {
        let proposal = &self.proposal;
        let answers = proposal
            .answers
            .iter()
            .filter(|(_, answer)| says_something(&answer.value))
            .map(|(id, answer)| (id.to_string(), answer.value.clone()))
            .collect();
        SealedContent {
            answers,
            challenge_ids: proposal
                .challenges
                .iter()
                .map(ToString::to_string)
                .collect(),
            edition_id: proposal.edition.to_string(),
            issue_id: proposal.issue.to_string(),
            organisation_id: proposal.organisation.to_string(),
            region_code: proposal.region.to_string(),
            submission_id: proposal.id.to_string(),
            title: proposal.title.clone(),
            version: self.version,
            wave_id: proposal.wave.to_string(),
        }
    }
}
