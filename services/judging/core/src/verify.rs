//! Verifying a public bundle offline, number by number, on a second way.
//!
//! The engine that made the ranking sorts, sums and searches; the verifier does neither search nor trust.
//! It recomputes totals, means and errors by its own arithmetic, checks that the published variances and
//! effects solve the score equations instead of fitting again, and accepts a published decimal within half
//! a unit of its own. Only the tie-break rules and the draws are the engine's own code, run again.

pub mod arithmetic;
pub mod equations;
pub mod growth;
pub mod result;

pub use growth::{GrowthError, growth};

use crate::canonical::{CanonicalError, Digest};
use crate::ids::EntryId;
use crate::ranking::{Ranking, RankingInput, Seed, inputs_hash};
use crate::record::{Bundle, BundleError, Event, ModelFigures, VerifyingKey};
use crate::rubric::{Rubric, RubricError};

/// What a bundle that holds says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The log's name.
    pub origin: String,
    /// How many events.
    pub events: usize,
    /// The root over them.
    pub root: Digest,
    /// How many entries are ranked.
    pub ranked: usize,
    /// The digest of the ranking.
    pub ranking_hash: Digest,
    /// The witnesses who cosigned.
    pub witnesses: Vec<String>,
    /// Whether the log's key was known beforehand, not only read from the bundle itself.
    pub key_was_known: bool,
}

/// Why a bundle does not hold.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Form, root or signatures do not hold.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The rubric is none.
    #[error(transparent)]
    Rubric(#[from] RubricError),
    /// Something has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The events are not those of one closed and ranked round.
    #[error("not the record of one round: {0}")]
    NotOneRound(&'static str),
    /// The digest of the inputs is another.
    #[error("the inputs do not have the published digest")]
    WrongInputsHash,
    /// A published figure of an entry is not what the inputs give.
    #[error("{entry}: the published {what} does not follow from the inputs")]
    WrongFigure {
        /// The entry.
        entry: EntryId,
        /// Which figure.
        what: &'static str,
    },
    /// A statement about the whole ranking is not what the inputs give.
    #[error("the published {0} does not follow from the inputs")]
    Wrong(&'static str),
}

/// Verifies a bundle; `known` are keys trusted beforehand.
///
/// # Errors
/// [`VerifyError`] at the first thing that does not hold.
pub fn verify(bytes: &[u8], known: &[VerifyingKey]) -> Result<Verdict, VerifyError> {
    let bundle = Bundle::parse(bytes, known)?;
    let events = bundle.events.len();
    let checkpoint = bundle.checkpoint.checkpoint.clone();
    let keys = bundle.keys(known).map_err(BundleError::from)?;
    let witnesses = bundle.checkpoint.verify(&keys).map_err(BundleError::from)?;
    let round = Round::read(bundle.events)?;
    if inputs_hash(&round.input)? != round.closed_hash {
        return Err(VerifyError::WrongInputsHash);
    }
    result::check(&round)?;
    Ok(Verdict {
        key_was_known: known
            .iter()
            .any(|key| key.is_log() && key.name() == checkpoint.origin),
        origin: checkpoint.origin,
        events,
        root: checkpoint.root,
        ranked: round.ranking.rows.len(),
        ranking_hash: round.ranking.ranking_hash,
        witnesses,
    })
}

/// The round a record tells of.
#[derive(Debug)]
pub struct Round {
    /// The inputs.
    pub input: RankingInput,
    /// The digest of the inputs as stated at the close.
    pub closed_hash: Digest,
    /// The published ranking.
    pub ranking: Ranking,
    /// The published model.
    pub model: Option<ModelFigures>,
}

impl Round {
    /// Reads the events of one round: opened, rubric, entries and scorecards, closed, ranked; nothing after.
    fn read(events: Vec<Event>) -> Result<Self, VerifyError> {
        let mut rubric = None;
        let (mut entries, mut scorecards, mut exclusions) = (Vec::new(), Vec::new(), Vec::new());
        let mut closed: Option<(Seed, Digest)> = None;
        let mut result = None;
        for (index, event) in events.into_iter().enumerate() {
            if result.is_some() {
                return Err(VerifyError::NotOneRound("something follows the result"));
            }
            let open = rubric.is_some() && closed.is_none();
            match event {
                Event::RecordOpened { .. } if index == 0 => {}
                Event::RubricPublished { rubric: draft } if rubric.is_none() => {
                    rubric = Some(Rubric::new(draft)?);
                }
                Event::EntryListed { entry } if open => entries.push(entry),
                Event::ScorecardSubmitted { scorecard } if open => scorecards.push(scorecard),
                Event::ScorecardExcluded { exclusion } if open => exclusions.push(exclusion),
                Event::RoundClosed { seed, inputs_hash } if open => {
                    closed = Some((seed, inputs_hash));
                }
                Event::ResultComputed { ranking, model } if closed.is_some() => {
                    result = Some((ranking, model));
                }
                _ => return Err(VerifyError::NotOneRound("an event is out of order")),
            }
        }
        match (rubric, closed, result) {
            (Some(rubric), Some((seed, closed_hash)), Some((ranking, model))) => Ok(Self {
                input: RankingInput {
                    rubric,
                    entries,
                    scorecards,
                    exclusions,
                    seed,
                },
                closed_hash,
                ranking,
                model,
            }),
            _ => Err(VerifyError::NotOneRound("it is not closed and ranked")),
        }
    }
}
