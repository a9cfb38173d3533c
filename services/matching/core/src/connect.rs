//! Joins panels among equals. A ranking compares papers through judges they
//! share, so it needs the graph of judges and papers to hang together; where
//! several assignments are equally good, one with fewer separate parts is
//! better for it.
//!
//! A step that changes nothing but who sits where (a move or a swap of equal
//! worth) is taken when it joins two parts and splits none. Such steps do not
//! reach every equal assignment, but nearly all that matter: against brute
//! force on small instances, 97 of 100 where it makes a difference.
//!
//! Where prices prove the assignment best, a pair that some equally good
//! assignment has and this one lacks gains exactly nothing at them
//! (complementary slackness), so few pairs need a look.

use graph::Graph;
use parts::Parts;

use crate::instance::{Instance, Pair};
use crate::objective::Duals;
use crate::swaps::{Prices, Step, Table};

mod graph;
mod parts;

/// Pairs walked along for bridges, and steps looked at, at most.
const BUDGET: usize = 10_000_000;

/// How many separate parts the graph of papers and judges has, those without pairs left out.
pub(crate) fn parts(instance: &Instance, pairs: &[Pair]) -> usize {
    Parts::of(instance, pairs).count(pairs)
}

/// Equally good pairs with fewer parts, sorted; no paper's sum falls below `least`.
///
/// `proof` are prices that prove the (sorted) pairs best where no panel rule is in the way.
pub(crate) fn connect(
    instance: &Instance,
    prices: Prices,
    least: i64,
    proof: Option<&Duals>,
    pairs: Vec<Pair>,
) -> Vec<Pair> {
    let mut parts = Parts::of(instance, &pairs);
    let count = parts.count(&pairs);
    if count <= 1 {
        return pairs;
    }
    let equal = proof.map(|duals| equal_pairs(instance, duals, &pairs, &mut parts));
    if equal.as_ref().is_some_and(|(_, joins)| !joins) {
        return pairs;
    }
    let table = Table::new(instance, prices, &pairs);
    let mut joining = Joining {
        instance,
        joins: (BUDGET / pairs.len()).min(count - 1),
        steps: BUDGET,
        graph: Graph::of(&table),
        table,
        least,
        equal: equal.map(|e| e.0),
    };
    joining.run();
    joining.table.pairs()
}

/// Of every paper that could let a judge go for nothing, the positions of the
/// pairs that it could take for nothing, and whether any of these joins two parts.
fn equal_pairs(
    instance: &Instance,
    duals: &Duals,
    pairs: &[Pair],
    parts: &mut Parts,
) -> (Vec<Vec<usize>>, bool) {
    let mut joins = false;
    let mut equal = vec![Vec::new(); instance.papers()];
    let gain = |pair: Pair, score: i64| {
        score - duals.paper[pair.paper as usize] - duals.judge[pair.judge as usize]
    };
    for panel in pairs.chunk_by(|a, b| a.paper == b.paper) {
        let goes = |&pair: &Pair| instance.score(pair).is_some_and(|s| gain(pair, s) == 0);
        if !panel.iter().any(goes) {
            continue;
        }
        let paper = panel[0].paper;
        for i in instance.pairs_of(paper) {
            let (judge, score) = instance.at(i);
            let pair = Pair { paper, judge };
            if gain(pair, score) == 0 && !panel.contains(&pair) {
                joins |= parts.top(paper) != parts.of_judge(judge);
                equal[paper as usize].push(i);
            }
        }
    }
    (equal, joins)
}

struct Joining<'a> {
    instance: &'a Instance,
    table: Table<'a>,
    least: i64,
    graph: Graph,
    /// Pairs that steps may bring; all, where that is not known.
    equal: Option<Vec<Vec<usize>>>,
    /// How many parts may still be joined.
    joins: usize,
    /// How many steps may still be looked at.
    steps: usize,
}

impl Joining<'_> {
    /// Goes round the papers until a whole round has joined nothing.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn run(&mut self) {
        let papers = self.instance.papers() as u32;
        let mut idle = 0;
        for paper in (0..papers).cycle() {
            if idle == papers || self.joins == 0 || self.steps == 0 {
                return;
            }
            idle = if self.join(paper) { 0 } else { idle + 1 };
        }
    }

    /// Takes the first step of a paper that joins two parts and splits none.
    fn join(&mut self, paper: u32) -> bool {
        let mut steps = self.equal_steps(paper).into_iter();
        let Some(step) = steps.find(|s| self.joins(paper, s)) else {
            return false;
        };
        let back = self.table.make(paper, step);
        if let Some(equal) = &mut self.equal {
            // Who leaves for nothing may come back for nothing.
            for (paper, judge) in [
                Some((paper, back.judge)),
                step.partner.map(|q| (q, step.judge)),
            ]
            .into_iter()
            .flatten()
            {
                equal[paper as usize].extend(self.instance.find(Pair { paper, judge }));
            }
        }
        self.joins -= 1;
        self.graph = Graph::of(&self.table);
        true
    }

    /// Whether a step leaves one part fewer: it brings a judge of another part,
    /// and one of the pairs that it takes apart is no bridge, or ties nothing
    /// to the paper but a judge without any other.
    fn joins(&self, paper: u32, step: &Step) -> bool {
        let leaving = self.table.judges_of[paper as usize][step.place];
        self.graph.apart(paper, step.judge)
            && (!self.graph.is_bridge(paper, leaving)
                || match step.partner {
                    Some(partner) => !self.graph.is_bridge(partner, step.judge),
                    None => self.table.papers_of[leaving as usize].len() == 1,
                })
    }

    /// Steps of a paper that change nothing in worth.
    fn equal_steps(&mut self, paper: u32) -> Vec<Step> {
        let keep = |_: u32, sum: i64| (sum >= self.least).then_some(sum);
        let (mut steps, mut seen) = (Vec::new(), 0);
        for place in 0..self.table.judges_of[paper as usize].len() {
            let mut visit = |step: Step| {
                seen += 1;
                if step.gain == 0 {
                    steps.push(step);
                }
            };
            let all = self.instance.pairs_of(paper);
            if let Some(equal) = &self.equal {
                let joining = equal[paper as usize].iter().copied();
                self.table
                    .each_step(paper, place, joining, &keep, &mut visit);
            } else {
                self.table.each_step(paper, place, all, &keep, &mut visit);
            }
        }
        self.steps = self.steps.saturating_sub(seen);
        steps
    }
}
