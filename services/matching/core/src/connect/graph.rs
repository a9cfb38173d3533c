//! The graph of judges and papers with its bridges: pairs without which a part
//! would fall in two (Tarjan, 1974).

use crate::swaps::Table;

const NONE: u32 = u32::MAX;

/// Parts and bridges of an assignment; nodes are the papers, then the judges.
pub(super) struct Graph {
    papers: u32,
    /// The part of every node, `NONE` where it has no pair.
    part: Vec<u32>,
    /// The node by which a walk came to each.
    parent: Vec<u32>,
    /// Whether the pair to the parent is a bridge.
    bridge: Vec<bool>,
    /// When a walk came to each node.
    order: Vec<u32>,
    /// The earliest node that can be reached without the pair to the parent.
    low: Vec<u32>,
}

impl Graph {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(super) fn of(table: &Table<'_>) -> Self {
        let papers = table.judges_of.len();
        let nodes = papers + table.papers_of.len();
        let mut graph = Self {
            papers: papers as u32,
            part: vec![NONE; nodes],
            parent: vec![NONE; nodes],
            bridge: vec![false; nodes],
            order: vec![0; nodes],
            low: vec![0; nodes],
        };
        let (mut path, mut time) = (Vec::new(), 0);
        for paper in 0..papers as u32 {
            let new = graph.part[paper as usize] == NONE;
            if new && !table.judges_of[paper as usize].is_empty() {
                graph.walk(table, paper, &mut path, &mut time);
            }
        }
        graph
    }

    /// A walk in depth through the part of `root`.
    fn walk(&mut self, table: &Table<'_>, root: u32, path: &mut Vec<(u32, u32)>, time: &mut u32) {
        path.push((root, 0));
        while let Some((node, next)) = path.last_mut() {
            let n = *node as usize;
            if *next == 0 {
                *time += 1;
                (self.part[n], self.order[n], self.low[n]) = (root, *time, *time);
            }
            if let Some(to) = self.neighbour(table, *node, *next) {
                *next += 1;
                let t = to as usize;
                if self.part[t] == NONE {
                    self.parent[t] = *node;
                    path.push((to, 0));
                } else if self.parent[n] != to {
                    self.low[n] = self.low[n].min(self.order[t]);
                }
                continue;
            }
            path.pop();
            if self.parent[n] != NONE {
                let above = self.parent[n] as usize;
                self.low[above] = self.low[above].min(self.low[n]);
                self.bridge[n] = self.low[n] > self.order[above];
            }
        }
    }

    fn neighbour(&self, table: &Table<'_>, node: u32, k: u32) -> Option<u32> {
        match node.checked_sub(self.papers) {
            None => {
                let judge = table.judges_of[node as usize].get(k as usize)?;
                Some(self.papers + judge)
            }
            Some(judge) => table.papers_of[judge as usize].get(k as usize).copied(),
        }
    }

    /// Whether a paper and a judge that has pairs lie in different parts.
    pub(super) fn apart(&self, paper: u32, judge: u32) -> bool {
        let other = self.part[(self.papers + judge) as usize];
        other != NONE && other != self.part[paper as usize]
    }

    /// Whether a part falls in two without this pair of it.
    pub(super) fn is_bridge(&self, paper: u32, judge: u32) -> bool {
        let judge = self.papers + judge;
        let below = |node: u32, above: u32| {
            self.parent[node as usize] == above && self.bridge[node as usize]
        };
        below(paper, judge) || below(judge, paper)
    }
}
