//! Joins panels among equals. A ranking compares papers through judges they
//! share, so it needs the graph of judges and papers to hang together; where
//! several assignments are equally good, one with fewer separate parts is
//! better for it.
//!
//! A step that changes nothing but who sits where (a move or a swap of equal
//! worth) is taken when it joins two parts and splits none. Such steps do not
//! reach every equal assignment, but nearly all that matter: against brute
//! force on small instances, 97 of 100 where it makes a difference.

use crate::instance::{Instance, Pair};
use crate::swaps::{Prices, Step, Table};

/// Pairs looked at while counting parts, at most.
const BUDGET: usize = 20_000_000;

/// Which papers and judges hang together; the papers come first.
struct Parts {
    above: Vec<u32>,
    papers: u32,
}

impl Parts {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn of(instance: &Instance, pairs: &[Pair]) -> Self {
        let nodes = (instance.papers() + instance.judges()) as u32;
        let mut parts = Self {
            above: (0..nodes).collect(),
            papers: instance.papers() as u32,
        };
        for pair in pairs {
            let (a, b) = (parts.top(pair.paper), parts.of_judge(pair.judge));
            parts.above[a as usize] = b;
        }
        parts
    }

    fn top(&mut self, mut node: u32) -> u32 {
        while self.above[node as usize] != node {
            let next = self.above[self.above[node as usize] as usize];
            self.above[node as usize] = next;
            node = next;
        }
        node
    }

    fn of_judge(&mut self, judge: u32) -> u32 {
        self.top(self.papers + judge)
    }

    /// How many parts hold a pair.
    fn count(&mut self, pairs: &[Pair]) -> usize {
        let mut tops: Vec<u32> = pairs.iter().map(|p| self.top(p.paper)).collect();
        tops.sort_unstable();
        tops.dedup();
        tops.len()
    }
}

/// How many separate parts the graph of papers and judges has, those without pairs left out.
pub(crate) fn parts(instance: &Instance, pairs: &[Pair]) -> usize {
    Parts::of(instance, pairs).count(pairs)
}

/// Equally good pairs with fewer parts, sorted; no paper's sum falls below `least`.
pub(crate) fn connect(
    instance: &Instance,
    prices: Prices,
    least: i64,
    pairs: Vec<Pair>,
) -> Vec<Pair> {
    let mut parts = Parts::of(instance, &pairs);
    let count = parts.count(&pairs);
    if count <= 1 {
        return pairs;
    }
    let mut joining = Joining {
        instance,
        left: BUDGET / pairs.len(),
        table: Table::new(instance, prices, &pairs),
        least,
        parts,
        count,
    };
    while joining.join() {}
    joining.table.pairs()
}

struct Joining<'a> {
    instance: &'a Instance,
    table: Table<'a>,
    least: i64,
    parts: Parts,
    count: usize,
    /// How often parts may still be counted.
    left: usize,
}

impl Joining<'_> {
    /// Takes the first step found that leaves fewer parts.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn join(&mut self) -> bool {
        for paper in 0..self.instance.papers() as u32 {
            let here = self.parts.top(paper);
            for step in self.equal_steps(paper) {
                if self.count == 1 || self.left == 0 {
                    return false;
                }
                if self.parts.of_judge(step.judge) != here && self.took(paper, step) {
                    return true;
                }
            }
        }
        false
    }

    /// Steps of a paper that change nothing in worth.
    fn equal_steps(&self, paper: u32) -> Vec<Step> {
        let keep = |_: u32, sum: i64| (sum >= self.least).then_some(sum);
        let mut steps = Vec::new();
        for place in 0..self.table.judges_of[paper as usize].len() {
            self.table.each_step(paper, place, &keep, |step| {
                if step.gain == 0 {
                    steps.push(step);
                }
            });
        }
        steps
    }

    /// Takes a step if it leaves fewer parts.
    fn took(&mut self, paper: u32, step: Step) -> bool {
        self.left -= 1;
        let back = self.table.make(paper, step);
        let pairs = self.table.pairs();
        let mut parts = Parts::of(self.instance, &pairs);
        let count = parts.count(&pairs);
        if count >= self.count {
            self.table.make(paper, back);
            return false;
        }
        (self.parts, self.count) = (parts, count);
        true
    }
}
