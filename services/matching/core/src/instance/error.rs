//! What can be wrong with an instance.

use thiserror::Error;

use super::MAX_SCORE;

/// Why an input is not an instance. `pair` counts the pairs from 0 in the order given.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InstanceError {
    /// A pair names a paper that does not exist.
    #[error("pair {pair}: paper {paper} is out of range (there are {papers})")]
    PaperOutOfRange {
        /// Which pair.
        pair: usize,
        /// The paper it names.
        paper: u32,
        /// How many papers there are.
        papers: usize,
    },
    /// A pair names a judge that does not exist.
    #[error("pair {pair}: judge {judge} is out of range (there are {judges})")]
    JudgeOutOfRange {
        /// Which pair.
        pair: usize,
        /// The judge it names.
        judge: u32,
        /// How many judges there are.
        judges: usize,
    },
    /// A score is beyond ±[`MAX_SCORE`].
    #[error("pair {pair}: score {score} micro-units is beyond ±{MAX_SCORE}")]
    ScoreOutOfRange {
        /// Which pair.
        pair: usize,
        /// Its score.
        score: i64,
    },
    /// The same pair is given twice.
    #[error("paper {paper} and judge {judge} are paired twice")]
    Duplicate {
        /// The paper.
        paper: u32,
        /// The judge.
        judge: u32,
    },
    /// A judge's fewest is more than its most.
    #[error("judge {judge}: at least {min} papers but at most {max}")]
    LoadReversed {
        /// The judge.
        judge: usize,
        /// The fewest.
        min: u32,
        /// The most.
        max: u32,
    },
    /// More papers, judges, pairs or places than positions of 32 bits can count.
    #[error("too many {what}: at most {limit}")]
    TooMany {
        /// What is too many.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A rule about panels has not one group for each judge.
    #[error("panel rule {rule} has {found} groups for {judges} judges")]
    GroupCount {
        /// Which rule.
        rule: usize,
        /// How many groups it gives.
        found: usize,
        /// How many judges there are.
        judges: usize,
    },
    /// The cost of a spread is negative or beyond [`MAX_SCORE`].
    #[error("panel rule {rule}: a spread costs 0 to {MAX_SCORE} micro-units")]
    SpreadOutOfRange {
        /// Which rule.
        rule: usize,
    },
    /// A rule about panels gives a group the number that is kept for none.
    #[error("panel rule {rule}: groups are numbered below {}", u32::MAX)]
    GroupOutOfRange {
        /// Which rule.
        rule: usize,
    },
}
