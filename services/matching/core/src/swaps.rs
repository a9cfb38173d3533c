//! Local search on an assignment: move a place to a judge with room, or let
//! two papers exchange judges. Demands, load limits and locks hold throughout.

use crate::instance::{Instance, Pair};

/// Scores by pair: a table where that is small, else a search in the row.
enum Scores {
    Dense(Vec<i32>),
    Sparse,
}

const FORBIDDEN: i32 = i32::MIN;
const DENSE: usize = 1 << 23;

/// What one step would do for one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    pub(crate) gain: i64,
    /// Which judge of the paper leaves.
    pub(crate) place: usize,
    /// Who comes instead.
    pub(crate) judge: u32,
    /// Whose judge that is now; `None` for a free place.
    pub(crate) partner: Option<u32>,
}

/// What steps cost beside scores.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prices {
    /// A judge's k-th paper costs k times this.
    pub(crate) balance: i64,
    /// A panel without whom it should have.
    pub(crate) breach: i64,
}

impl Prices {
    /// A judge that a panel rule does not allow; such pairs are taken away in the end.
    pub(crate) fn beyond(self) -> i64 {
        self.breach.saturating_mul(4)
    }
}

pub(crate) struct Table<'a> {
    instance: &'a Instance,
    scores: Scores,
    prices: Prices,
    pub(crate) judges_of: Vec<Vec<u32>>,
    pub(crate) papers_of: Vec<Vec<u32>>,
    /// Every paper's sum of scores.
    pub(crate) sums: Vec<i64>,
}

impl<'a> Table<'a> {
    #[expect(clippy::cast_possible_truncation, reason = "scores fit in 32 bits")]
    pub(crate) fn new(instance: &'a Instance, prices: Prices, pairs: &[Pair]) -> Self {
        let size = instance.papers().saturating_mul(instance.judges());
        let scores = if size <= DENSE {
            let mut dense = vec![FORBIDDEN; size];
            for p in instance.pairs() {
                dense[p.paper as usize * instance.judges() + p.judge as usize] = p.score as i32;
            }
            Scores::Dense(dense)
        } else {
            Scores::Sparse
        };
        let mut table = Self {
            instance,
            scores,
            prices,
            judges_of: vec![Vec::new(); instance.papers()],
            papers_of: vec![Vec::new(); instance.judges()],
            sums: vec![0; instance.papers()],
        };
        for p in pairs {
            table.judges_of[p.paper as usize].push(p.judge);
            table.papers_of[p.judge as usize].push(p.paper);
            table.sums[p.paper as usize] += instance.score(*p).unwrap_or(0);
        }
        table
    }

    #[inline]
    fn score(&self, paper: u32, judge: u32) -> Option<i64> {
        match &self.scores {
            Scores::Dense(dense) => {
                let s = dense[paper as usize * self.instance.judges() + judge as usize];
                (s != FORBIDDEN).then_some(i64::from(s))
            }
            Scores::Sparse => self.instance.score(Pair { paper, judge }),
        }
    }

    fn locked(&self, paper: u32, judge: u32) -> bool {
        !self.instance.locked().is_empty()
            && self
                .instance
                .find(Pair { paper, judge })
                .is_some_and(|i| self.instance.is_locked(i))
    }

    /// The step of one place of `paper` that gains most by `value` of the sums
    /// and brings a judge of the pairs at the positions of `joining`.
    ///
    /// `value(paper, sum)` is what a paper's sum is worth; `None` is out of the question.
    pub(crate) fn best_step(
        &self,
        paper: u32,
        place: usize,
        joining: impl Iterator<Item = usize>,
        value: &impl Fn(u32, i64) -> Option<i64>,
    ) -> Option<Step> {
        let mut best = None;
        let visit = |step| best = best.max(Some(step));
        self.each_step(paper, place, joining, value, visit);
        best
    }

    /// Visits every step of one place of `paper` that brings a judge of the
    /// pairs at the positions of `joining`.
    pub(crate) fn each_step(
        &self,
        paper: u32,
        place: usize,
        joining: impl Iterator<Item = usize>,
        value: &impl Fn(u32, i64) -> Option<i64>,
        mut visit: impl FnMut(Step),
    ) {
        let p = paper as usize;
        let leaving = self.judges_of[p][place];
        let (Some(old), Some(before)) = (self.score(paper, leaving), value(paper, self.sums[p]))
        else {
            return;
        };
        if self.locked(paper, leaving) {
            return;
        }
        let load = self.papers_of[leaving as usize].len();
        let may_leave = load > self.instance.load()[leaving as usize].min as usize;
        for i in joining {
            let (judge, new) = self.instance.at(i);
            let Some(after) = value(paper, self.sums[p] - old + new) else {
                continue;
            };
            let gain = after - before;
            let holders = &self.papers_of[judge as usize];
            if holders.contains(&paper) {
                continue;
            }
            let room = holders.len() < self.instance.load()[judge as usize].max as usize;
            if may_leave && room {
                let (joining, left) = (holders.len() + 1, load);
                let uneven = i64::try_from(joining).unwrap_or(0) - i64::try_from(left).unwrap_or(0);
                let gain =
                    gain - self.prices.balance * uneven - self.panel_change(paper, leaving, judge);
                let step = Step {
                    gain,
                    place,
                    judge,
                    partner: None,
                };
                visit(step);
            }
            for &q in holders {
                let Some(theirs) = self.score(q, leaving) else {
                    continue;
                };
                if self.judges_of[q as usize].contains(&leaving) || self.locked(q, judge) {
                    continue;
                }
                let sum = self.sums[q as usize];
                let given = self.score(q, judge).unwrap_or(0);
                let (Some(was), Some(is)) = (value(q, sum), value(q, sum - given + theirs)) else {
                    continue;
                };
                let panels =
                    self.panel_change(paper, leaving, judge) + self.panel_change(q, judge, leaving);
                let step = Step {
                    gain: gain + is - was - panels,
                    place,
                    judge,
                    partner: Some(q),
                };
                visit(step);
            }
        }
    }

    /// What one judge instead of another costs a paper by the panel rules.
    fn panel_change(&self, paper: u32, leaving: u32, joining: u32) -> i64 {
        let (breach, beyond) = (self.prices.breach, self.prices.beyond());
        let rest = || {
            let judges = self.judges_of[paper as usize].iter().copied();
            judges.filter(move |&j| j != leaving)
        };
        let rules = self.instance.panel_rules().iter();
        let change = rules.map(|r| {
            r.cost_of(joining, rest(), breach, beyond) - r.cost_of(leaving, rest(), breach, beyond)
        });
        change.sum()
    }

    /// Whether a paper's judges break a panel rule.
    pub(crate) fn breaks(&self, paper: u32) -> bool {
        let judges = &self.judges_of[paper as usize];
        self.instance.panel_rules().iter().any(|r| r.broken(judges))
    }

    /// The best step of any place of `paper`.
    pub(crate) fn best_of_paper(
        &self,
        paper: u32,
        value: &impl Fn(u32, i64) -> Option<i64>,
    ) -> Option<Step> {
        let places = 0..self.judges_of[paper as usize].len();
        places
            .filter_map(|place| {
                let all = self.instance.pairs_of(paper);
                self.best_step(paper, place, all, value)
            })
            .max()
    }

    /// Makes a step of `paper`; returns the step that undoes it.
    pub(crate) fn make(&mut self, paper: u32, step: Step) -> Step {
        let leaving = self.judges_of[paper as usize][step.place];
        self.replace(paper, leaving, step.judge);
        if let Some(partner) = step.partner {
            self.replace(partner, step.judge, leaving);
        }
        Step {
            gain: -step.gain,
            judge: leaving,
            ..step
        }
    }

    fn replace(&mut self, paper: u32, old: u32, new: u32) {
        let change = self.score(paper, new).unwrap_or(0) - self.score(paper, old).unwrap_or(0);
        self.sums[paper as usize] += change;
        for judge in &mut self.judges_of[paper as usize] {
            if *judge == old {
                *judge = new;
            }
        }
        self.papers_of[old as usize].retain(|&p| p != paper);
        self.papers_of[new as usize].push(paper);
    }

    /// The pairs, sorted.
    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = (0..)
            .zip(&self.judges_of)
            .flat_map(|(paper, judges)| judges.iter().map(move |&judge| Pair { paper, judge }))
            .collect();
        pairs.sort_unstable();
        pairs
    }
}
