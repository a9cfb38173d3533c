//! The events of a round's public record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::ids::{EntryId, JudgeId};
use crate::ranking::{Ranking, Seed};
use crate::rubric::RubricDraft;
use crate::scorecard::{Exclusion, Scorecard};

/// The form of a record that this engine writes and reads.
pub const FORMAT: &str = "winner-record/1";

/// Something that happened in a round, by pseudonyms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// The record begins: who signs it and who will witness it.
    RecordOpened {
        /// The record's form.
        format: String,
        /// The log's name.
        origin: String,
        /// The keys of the log and of its witnesses, as text.
        keys: Vec<String>,
    },
    /// The rules of the round.
    RubricPublished {
        /// The rubric.
        rubric: RubricDraft,
    },
    /// An entry is in the round.
    EntryListed {
        /// The entry.
        entry: EntryId,
    },
    /// A judge scored an entry.
    ScorecardSubmitted {
        /// The marks.
        scorecard: Scorecard,
    },
    /// A judge's scorecard for an entry must not count.
    ScorecardExcluded {
        /// Which, and why.
        exclusion: Exclusion,
    },
    /// No score is taken any more; the seed of draws is opened.
    RoundClosed {
        /// The seed.
        seed: Seed,
        /// The digest of all inputs.
        inputs_hash: Digest,
    },
    /// The ranking.
    ResultComputed {
        /// Its rows and digests.
        ranking: Ranking,
        /// The model behind it at full precision, where it is the mixed model's.
        model: Option<ModelFigures>,
    },
}

/// The mixed model's solution at full precision, for the score equations to be checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFigures {
    /// The variance of merit.
    pub var_entry: f64,
    /// The variance of leniency.
    pub var_judge: f64,
    /// The variance of everything else.
    pub var_resid: f64,
    /// The overall mean.
    pub mu: f64,
    /// The entries' effects.
    pub entries: BTreeMap<EntryId, f64>,
    /// The judges' effects.
    pub judges: BTreeMap<JudgeId, f64>,
}
