//! The public bundle: one text file that holds the whole record of a round.
//!
//! First the signed checkpoint, then an empty line, then one event a line in canonical JSON. There is no
//! byte in it that could be otherwise: every line has one form only, and the root covers them all.

use serde_json::Value;

use super::event::{Event, FORMAT};
use super::keys::{SigningKey, VerifyingKey};
use super::merkle::Tree;
use super::note::{Checkpoint, NoteError, SignedCheckpoint};
use crate::canonical::{self, CanonicalError, Digest};
use crate::ranking::{RankingError, RankingInput, compute_with_model, sorted};

/// A record with its checkpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// The signed checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// The events.
    pub events: Vec<Event>,
}

/// Why a bundle cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The round cannot be ranked.
    #[error(transparent)]
    Ranking(#[from] RankingError),
    /// An event has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The checkpoint is not one, or its signatures do not hold.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The file has not the form of a bundle.
    #[error("not a bundle: {0}")]
    Malformed(&'static str),
    /// A line is not an event in canonical form.
    #[error("event {index}: {cause}")]
    BadEvent {
        /// The event's index, from 0.
        index: usize,
        /// What is wrong.
        cause: String,
    },
    /// The events are not those the checkpoint was made of.
    #[error("the events do not have the checkpoint's root")]
    WrongRoot,
}

impl Bundle {
    /// The record of a round, ranked and signed; `witnesses` are the keys that may cosign it.
    ///
    /// # Errors
    /// [`BundleError`] when the round cannot be ranked.
    pub fn of_round(
        input: &RankingInput,
        key: &SigningKey,
        witnesses: &[VerifyingKey],
    ) -> Result<Self, BundleError> {
        let input = sorted(input);
        let (ranking, model) = compute_with_model(&input)?;
        let origin = key.log_key().name().to_owned();
        let keys = std::iter::once(key.log_key().to_text())
            .chain(witnesses.iter().map(VerifyingKey::to_text))
            .collect();
        let mut events = vec![
            Event::RecordOpened {
                format: FORMAT.to_owned(),
                origin: origin.clone(),
                keys,
            },
            Event::RubricPublished {
                rubric: input.rubric.into_draft(),
            },
        ];
        events.extend(
            input
                .entries
                .into_iter()
                .map(|entry| Event::EntryListed { entry }),
        );
        events.extend(
            input
                .scorecards
                .into_iter()
                .map(|scorecard| Event::ScorecardSubmitted { scorecard }),
        );
        events.extend(
            input
                .exclusions
                .into_iter()
                .map(|exclusion| Event::ScorecardExcluded { exclusion }),
        );
        let inputs_hash = ranking.inputs_hash;
        events.push(Event::RoundClosed {
            seed: input.seed,
            inputs_hash,
        });
        events.push(Event::ResultComputed { ranking, model });
        let root = tree(&events)?.root();
        let checkpoint = key.sign(Checkpoint {
            origin,
            size: events.len() as u64,
            root,
        });
        Ok(Self { checkpoint, events })
    }

    /// The file.
    ///
    /// # Errors
    /// [`BundleError::Canonical`] when an event has no canonical form.
    pub fn to_text(&self) -> Result<String, BundleError> {
        let mut text = self.checkpoint.to_text().into_bytes();
        text.push(b'\n');
        for event in &self.events {
            text.extend(canonical::to_bytes(event)?);
            text.push(b'\n');
        }
        String::from_utf8(text).map_err(|_| BundleError::Malformed("not UTF-8"))
    }

    /// Reads a file and verifies form, root and signatures; the keys are those in its first event and
    /// `known`.
    ///
    /// # Errors
    /// [`BundleError`] at the first thing that does not hold.
    pub fn parse(text: &[u8], known: &[VerifyingKey]) -> Result<Self, BundleError> {
        let text = std::str::from_utf8(text).map_err(|_| BundleError::Malformed("not UTF-8"))?;
        let (note, body) = split(text).ok_or(BundleError::Malformed("no events"))?;
        let checkpoint = SignedCheckpoint::parse(note)?;
        if !body.ends_with('\n') {
            return Err(BundleError::Malformed("the last line is not ended"));
        }
        let lines: Vec<&str> = body.split_terminator('\n').collect();
        if lines.len() as u64 != checkpoint.checkpoint.size {
            return Err(BundleError::Malformed(
                "not as many events as the checkpoint says",
            ));
        }
        if root_by_definition(&lines) != checkpoint.checkpoint.root {
            return Err(BundleError::WrongRoot);
        }
        let events = lines
            .iter()
            .enumerate()
            .map(|(index, line)| read_event(index, line))
            .collect::<Result<Vec<_>, _>>()?;
        let Some(Event::RecordOpened { format, origin, .. }) = events.first() else {
            return Err(BundleError::Malformed("the record does not begin"));
        };
        if format != FORMAT || *origin != checkpoint.checkpoint.origin {
            return Err(BundleError::Malformed(
                "the record is of another form or origin",
            ));
        }
        let bundle = Self { checkpoint, events };
        bundle.checkpoint.verify(&bundle.keys(known)?)?;
        Ok(bundle)
    }

    /// The keys that the record lists, after those that are `known`.
    ///
    /// # Errors
    /// [`NoteError::BadKey`] when one of them is none.
    pub fn keys(&self, known: &[VerifyingKey]) -> Result<Vec<VerifyingKey>, NoteError> {
        let listed = match self.events.first() {
            Some(Event::RecordOpened { keys, .. }) => keys.as_slice(),
            _ => &[],
        };
        let listed = listed.iter().map(|key| VerifyingKey::parse(key));
        known.iter().cloned().map(Ok).chain(listed).collect()
    }
}

/// The tree of some events.
///
/// # Errors
/// [`CanonicalError`] when an event has no canonical form.
pub fn tree(events: &[Event]) -> Result<Tree, CanonicalError> {
    let mut tree = Tree::new();
    for event in events {
        tree.append(&canonical::to_bytes(event)?);
    }
    Ok(tree)
}

/// The signed checkpoint at the head of a record; a text that is no record is the checkpoint itself.
pub fn note_of(text: &str) -> &str {
    split(text).map_or(text, |(note, _)| note)
}

/// The note and the events after it: the note ends at the second empty line.
fn split(text: &str) -> Option<(&str, &str)> {
    let body_end = text.find("\n\n")? + 2;
    let note_end = body_end + text[body_end..].find("\n\n")? + 1;
    Some((&text[..note_end], &text[note_end + 1..]))
}

fn read_event(index: usize, line: &str) -> Result<Event, BundleError> {
    let bad = |cause: String| BundleError::BadEvent { index, cause };
    let value: Value = serde_json::from_str(line).map_err(|error| bad(error.to_string()))?;
    let mut bytes = Vec::with_capacity(line.len());
    canonical::write_value(&value, &mut bytes)?;
    if bytes != line.as_bytes() {
        return Err(bad("not in canonical form".to_owned()));
    }
    serde_json::from_value(value).map_err(|error| bad(error.to_string()))
}

/// The root by the recursive definition of RFC 6962 §2.1: a second way beside [`Tree`].
fn root_by_definition(leaves: &[&str]) -> Digest {
    match leaves {
        [] => Digest::of(&[]),
        [leaf] => super::merkle::leaf_hash(leaf.as_bytes()),
        _ => {
            let left = (leaves.len() - 1).ilog2();
            let (left, right) = leaves.split_at(1 << left);
            super::merkle::node_hash(&root_by_definition(left), &root_by_definition(right))
        }
    }
}
