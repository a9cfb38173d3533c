//! What is to be assigned: papers with a demand, judges with a load, and the
//! pairs that are allowed. A pair that is not listed is forbidden.
//!
//! Checked once, here; after that no part of the engine meets a bad input.

pub use error::InstanceError;

use crate::panel::PanelRule;

mod error;

/// The largest score of a pair, up or down: 1,000 units in micro-units.
pub const MAX_SCORE: i64 = 1_000_000_000;

/// A judge reviewing a paper; both are positions counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Pair {
    /// Position of the paper.
    pub paper: u32,
    /// Position of the judge.
    pub judge: u32,
}

/// An allowed pair and its score in micro-units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct ScoredPair {
    /// Position of the paper.
    pub paper: u32,
    /// Position of the judge.
    pub judge: u32,
    /// How well they fit, in micro-units, within ±[`MAX_SCORE`].
    pub score: i64,
}

/// How many papers a judge takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Load {
    /// Fewest papers; missed only where it must be, and then reported.
    pub min: u32,
    /// Most papers; never exceeded.
    pub max: u32,
}

/// A checked instance, its pairs sorted by paper, then judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    demand: Vec<u32>,
    load: Vec<Load>,
    start: Vec<u32>,
    judge: Vec<u32>,
    score: Vec<i32>,
    /// No score is larger in size; after edits perhaps none is as large.
    pub(crate) largest: i64,
    /// Positions of the pairs that must be assigned, sorted.
    locked: Vec<u32>,
    /// Rules about the judges of one paper, see [`crate::panel`].
    pub(crate) rules: Vec<PanelRule>,
}

const LIMIT: usize = 1 << 31;

fn few(what: &'static str, count: usize) -> Result<(), InstanceError> {
    if count < LIMIT {
        Ok(())
    } else {
        Err(InstanceError::TooMany {
            what,
            limit: LIMIT - 1,
        })
    }
}

impl Instance {
    /// An instance of `demand.len()` papers and `load.len()` judges.
    ///
    /// The pairs may come in any order.
    ///
    /// # Errors
    /// The first thing wrong with the input, see [`InstanceError`].
    pub fn new(
        demand: Vec<u32>,
        load: Vec<Load>,
        pairs: impl IntoIterator<Item = ScoredPair>,
    ) -> Result<Self, InstanceError> {
        few("papers", demand.len())?;
        few("judges", load.len())?;
        few(
            "places",
            demand
                .iter()
                .map(|&d| d as usize)
                .fold(0, usize::saturating_add),
        )?;
        for (judge, l) in load.iter().enumerate() {
            if l.min > l.max {
                return Err(InstanceError::LoadReversed {
                    judge,
                    min: l.min,
                    max: l.max,
                });
            }
        }
        let mut sorted = Vec::new();
        for (pair, p) in pairs.into_iter().enumerate() {
            if p.paper as usize >= demand.len() {
                let papers = demand.len();
                return Err(InstanceError::PaperOutOfRange {
                    pair,
                    paper: p.paper,
                    papers,
                });
            }
            if p.judge as usize >= load.len() {
                let judges = load.len();
                return Err(InstanceError::JudgeOutOfRange {
                    pair,
                    judge: p.judge,
                    judges,
                });
            }
            if !(-MAX_SCORE..=MAX_SCORE).contains(&p.score) {
                return Err(InstanceError::ScoreOutOfRange {
                    pair,
                    score: p.score,
                });
            }
            sorted.push(p);
        }
        few("pairs", sorted.len())?;
        if !sorted.is_sorted_by_key(|p| (p.paper, p.judge)) {
            sorted.sort_unstable_by_key(|p| (p.paper, p.judge));
        }
        if let Some(w) = sorted
            .windows(2)
            .find(|w| (w[0].paper, w[0].judge) == (w[1].paper, w[1].judge))
        {
            return Err(InstanceError::Duplicate {
                paper: w[0].paper,
                judge: w[0].judge,
            });
        }
        Ok(Self::from_sorted(demand, load, &sorted))
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "counts and scores were checked"
    )]
    pub(crate) fn from_sorted(demand: Vec<u32>, load: Vec<Load>, sorted: &[ScoredPair]) -> Self {
        let mut start = vec![0u32; demand.len() + 1];
        for p in sorted {
            start[p.paper as usize + 1] += 1;
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let sizes = sorted.iter().map(|p| p.score.abs());
        let largest = sizes.max().unwrap_or(0);
        Self {
            demand,
            load,
            start,
            largest,
            judge: sorted.iter().map(|p| p.judge).collect(),
            score: sorted.iter().map(|p| p.score as i32).collect(),
            locked: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// How many papers there are.
    pub fn papers(&self) -> usize {
        self.demand.len()
    }

    /// How many judges there are.
    pub fn judges(&self) -> usize {
        self.load.len()
    }

    /// How many pairs are allowed.
    pub fn pair_count(&self) -> usize {
        self.judge.len()
    }

    /// How many judges each paper wants.
    pub fn demand(&self) -> &[u32] {
        &self.demand
    }

    /// How many papers each judge takes.
    pub fn load(&self) -> &[Load] {
        &self.load
    }

    /// The positions of a paper's pairs, for [`Self::at`].
    pub fn pairs_of(&self, paper: u32) -> std::ops::Range<usize> {
        self.start[paper as usize] as usize..self.start[paper as usize + 1] as usize
    }

    /// The judge and score at a position of [`Self::pairs_of`].
    pub fn at(&self, position: usize) -> (u32, i64) {
        (self.judge[position], i64::from(self.score[position]))
    }

    /// The position of a pair, or `None` where it is forbidden or does not exist.
    pub fn find(&self, pair: Pair) -> Option<usize> {
        if pair.paper as usize >= self.papers() {
            return None;
        }
        let range = self.pairs_of(pair.paper);
        self.judge[range.clone()]
            .binary_search(&pair.judge)
            .ok()
            .map(|i| range.start + i)
    }

    /// The score of a pair, or `None` where it is forbidden.
    pub fn score(&self, pair: Pair) -> Option<i64> {
        self.find(pair).map(|i| self.at(i).1)
    }

    /// Every allowed pair, sorted by paper, then judge.
    pub fn pairs(&self) -> impl Iterator<Item = ScoredPair> + '_ {
        (0..self.demand.len()).flat_map(move |p| {
            #[expect(clippy::cast_possible_truncation, reason = "counts were checked")]
            let paper = p as u32;
            self.pairs_of(paper).map(move |i| {
                let (judge, score) = self.at(i);
                ScoredPair {
                    paper,
                    judge,
                    score,
                }
            })
        })
    }

    /// Whether the pair at a position must be assigned, see [`Self::edited`].
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "counts were checked")]
    pub fn is_locked(&self, position: usize) -> bool {
        !self.locked.is_empty() && self.locked.binary_search(&(position as u32)).is_ok()
    }

    pub(crate) fn locked(&self) -> &[u32] {
        &self.locked
    }

    pub(crate) fn lock_at(&mut self, positions: Vec<u32>) {
        self.locked = positions;
    }

    /// What no score exceeds in size, in micro-units.
    pub(crate) fn largest_score(&self) -> i64 {
        self.largest
    }

    /// The paper whose pairs a position is among.
    #[expect(clippy::cast_possible_truncation, reason = "counts were checked")]
    pub(crate) fn paper_at(&self, position: u32) -> u32 {
        (self.start.partition_point(|&s| s <= position) - 1) as u32
    }

    pub(crate) fn judges_at(&self) -> &[u32] {
        &self.judge
    }

    pub(crate) fn scores_at(&self) -> &[i32] {
        &self.score
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(paper: u32, judge: u32, score: i64) -> ScoredPair {
        ScoredPair {
            paper,
            judge,
            score,
        }
    }

    fn make(pairs: Vec<ScoredPair>) -> Result<Instance, InstanceError> {
        Instance::new(vec![1, 1], vec![Load { min: 0, max: 1 }; 2], pairs)
    }

    #[test]
    fn pairs_come_back_sorted_whatever_their_order() {
        let instance = make(vec![pair(1, 0, 3), pair(0, 1, 2), pair(0, 0, 1)]).unwrap();
        let all: Vec<_> = instance.pairs().collect();
        assert_eq!(all, vec![pair(0, 0, 1), pair(0, 1, 2), pair(1, 0, 3)]);
        assert_eq!(instance.score(Pair { paper: 1, judge: 0 }), Some(3));
        assert_eq!(instance.score(Pair { paper: 1, judge: 1 }), None);
        assert_eq!(instance.score(Pair { paper: 9, judge: 1 }), None);
    }

    #[test]
    fn a_bad_input_is_named_not_survived() {
        assert!(matches!(
            make(vec![pair(2, 0, 0)]),
            Err(InstanceError::PaperOutOfRange { .. })
        ));
        assert!(matches!(
            make(vec![pair(0, 2, 0)]),
            Err(InstanceError::JudgeOutOfRange { .. })
        ));
        assert!(matches!(
            make(vec![pair(0, 0, MAX_SCORE + 1)]),
            Err(InstanceError::ScoreOutOfRange { pair: 0, .. })
        ));
        assert!(matches!(
            make(vec![pair(0, 0, 1), pair(1, 1, 1), pair(0, 0, 1)]),
            Err(InstanceError::Duplicate { paper: 0, judge: 0 })
        ));
        let reversed = Instance::new(vec![], vec![Load { min: 2, max: 1 }], vec![]);
        assert!(matches!(
            reversed,
            Err(InstanceError::LoadReversed { judge: 0, .. })
        ));
        let crowd = Instance::new(vec![u32::MAX, 1], vec![], vec![]);
        assert!(matches!(
            crowd,
            Err(InstanceError::TooMany { what: "places", .. })
        ));
    }
}
