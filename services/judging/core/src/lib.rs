//! The judging engine: pure, without I/O.
//!
//! A ranking is a pure function of frozen inputs: rubric, scorecards, conflicts, tie-break chain and
//! seed. The same inputs give the same bytes on any machine and in any order of arrival. To hold that
//! promise this crate sorts by id before it computes, reduces in a fixed order, never fuses a multiply
//! with an add, never asks the processor what it can do, and takes transcendentals from `libm`.
//!
//! Scores are integer thousandths up to the statistical model; what decides a rank is a decimal rounded
//! by the rubric's published rule, never a float.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

mod aggregate;
pub mod agreement;
pub mod alarms;
pub mod analysis;
pub mod canonical;
pub mod card;
pub mod decimal;
pub mod distributions;
pub mod draws;
pub mod exact;
pub mod fdr;
pub mod graph;
pub mod ids;
pub mod linalg;
pub mod methods;
pub mod model;
pub mod normal;
pub mod page;
pub mod protocol;
pub mod quota;
pub mod ranking;
pub mod record;
pub mod refusal;
pub mod reliability;
pub mod reml;
pub mod report;
pub mod round;
pub mod rubric;
pub mod rubric_file;
pub mod scorecard;
pub mod sensitivity;
pub mod sheet;
pub mod table;
pub mod tie;
pub mod tiebreak;
pub mod uncertainty;
pub mod verify;
pub mod weight;
pub mod workload;

pub use canonical::Digest;
pub use decimal::{Places, RoundingMode, Thousandths};
pub use ids::{CriterionId, EntryId, JudgeId};
pub use ranking::{Corrected, Ranking, RankingInput, Row, Seed, Unranked, compute};
pub use refusal::Refusal;
pub use rubric::{Aggregator, Criterion, MissingMark, RoundingRule, Rubric, RubricDraft, Scale};
pub use scorecard::{Exclusion, ExclusionReason, Mark, Scorecard};
pub use tie::{TieBreak, TieReason};
pub use weight::Weight;
