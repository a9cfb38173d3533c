//! Which papers and judges hang together: quick to make, for the count alone.

use crate::instance::{Instance, Pair};

/// Which papers and judges hang together; the papers come first.
pub(super) struct Parts {
    above: Vec<u32>,
    papers: u32,
}

impl Parts {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(super) fn of(instance: &Instance, pairs: &[Pair]) -> Self {
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

    pub(super) fn top(&mut self, mut node: u32) -> u32 {
        while self.above[node as usize] != node {
            let next = self.above[self.above[node as usize] as usize];
            self.above[node as usize] = next;
            node = next;
        }
        node
    }

    pub(super) fn of_judge(&mut self, judge: u32) -> u32 {
        self.top(self.papers + judge)
    }

    /// How many parts hold a pair.
    pub(super) fn count(&mut self, pairs: &[Pair]) -> usize {
        let mut tops: Vec<u32> = pairs.iter().map(|p| self.top(p.paper)).collect();
        tops.sort_unstable();
        tops.dedup();
        tops.len()
    }
}
