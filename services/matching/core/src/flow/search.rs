//! Shortest augmenting paths by a local Dijkstra with early end.
//!
//! A node with a surplus looks for the cheapest way to one with a gap. Only
//! nodes nearer than the end are touched, and prices change only there, so a
//! small repair costs little however large the network (Jonker and
//! Volgenant, 1987; Edmonds and Karp, 1972, for the prices).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::network::{Held, Network};

const NONE: u32 = u32::MAX;
const FAR: i64 = i64::MAX;

/// Work space of the search, kept between searches.
pub(crate) struct Search {
    papers: u32,
    sink: u32,
    dist: Vec<i64>,
    /// How a node was reached: an edge, or `NONE` for "by the sink"; for the
    /// sink itself, the node that reached it.
    from: Vec<u32>,
    done: Vec<bool>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    /// Nodes reached at the very distance being scanned: no heap needed.
    level: Vec<u32>,
    bound: i64,
    /// Edges looked at since the start: the measure of work.
    pub(crate) work: u64,
}

impl Search {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(crate) fn new(network: &Network) -> Self {
        let nodes = network.demand.len() + network.held.len() + 1;
        Self {
            papers: network.demand.len() as u32,
            sink: nodes as u32 - 1,
            dist: vec![FAR; nodes],
            from: vec![NONE; nodes],
            done: vec![false; nodes],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
            level: Vec::new(),
            bound: FAR,
            work: 0,
        }
    }

    /// Balances every node; afterwards the state is optimal for the network.
    pub(crate) fn balance(&mut self, net: &mut Network) {
        for j in 0..net.held.len() {
            while net.held[j].len() > net.level[j] as usize {
                #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
                self.augment(net, self.papers + j as u32);
            }
        }
        while net.sink_surplus > 0 {
            self.augment(net, self.sink);
        }
    }

    /// Moves one unit from `source` along a cheapest path.
    fn augment(&mut self, net: &mut Network, source: u32) {
        self.bound = FAR;
        self.relax(source, 0, NONE, false, 0);
        let end = loop {
            let (d, node) = if let Some(node) = self.level.pop() {
                (self.dist[node as usize], node)
            } else if let Some(Reverse(next)) = self.heap.pop() {
                next
            } else {
                break NONE;
            };
            if self.done[node as usize] || d > self.dist[node as usize] {
                continue;
            }
            self.done[node as usize] = true;
            if node != source && self.wants(net, node) {
                break node;
            }
            if node == self.sink {
                self.scan_sink(net, d);
            } else if node < self.papers {
                self.scan_paper(net, node, d);
            } else {
                self.scan_judge(net, node - self.papers, d);
            }
        };
        debug_assert!(end != NONE, "the dummy judge always has room");
        if end != NONE {
            self.reprice(net, self.dist[end as usize]);
            self.shift(net, source, end);
        }
        for &n in &self.touched {
            self.dist[n as usize] = FAR;
            self.done[n as usize] = false;
        }
        self.touched.clear();
        self.heap.clear();
        self.level.clear();
    }

    fn wants(&self, net: &Network, node: u32) -> bool {
        if node == self.sink {
            return net.sink_surplus < 0;
        }
        node >= self.papers && {
            let j = (node - self.papers) as usize;
            net.held[j].len() < net.level[j] as usize
        }
    }

    #[inline]
    fn relax(&mut self, node: u32, d: i64, from: u32, ends: bool, now: i64) {
        let n = node as usize;
        if d >= self.bound || d >= self.dist[n] {
            return;
        }
        if self.dist[n] == FAR {
            self.touched.push(node);
        }
        self.dist[n] = d;
        self.from[n] = from;
        if ends {
            self.bound = d;
        }
        if d == now {
            self.level.push(node);
        } else {
            self.heap.push(Reverse((d, node)));
        }
    }

    fn scan_judge(&mut self, net: &Network, judge: u32, d: i64) {
        let j = judge as usize;
        if let Some(m) = net.costs.marginal(j, net.level[j] + 1) {
            let ends = net.sink_surplus < 0;
            let reduced = m - net.judge_price[j] + net.sink_price;
            self.relax(self.sink, d + reduced, self.papers + judge, ends, d);
        }
        for i in 0..net.held[j].len() {
            let Held { paper, edge } = net.held[j][i];
            let reduced =
                net.weight[edge as usize] - net.paper_price[paper as usize] - net.judge_price[j];
            self.relax(paper, d + reduced, edge, false, d);
        }
        self.work += net.held[j].len() as u64;
    }

    fn scan_paper(&mut self, net: &Network, paper: u32, d: i64) {
        let p = paper as usize;
        let ends = net.sink_surplus < 0;
        let dummy = net.costs.penalty + net.paper_price[p] + net.sink_price;
        self.relax(self.sink, d + dummy, paper, ends, d);
        let base = d + net.paper_price[p];
        let edges = net.edges(p);
        self.work += edges.len() as u64;
        for e in edges {
            let j = net.judge[e] as usize;
            let reached = base + net.judge_price[j] - net.weight[e];
            if reached < self.bound && !net.taken[e] {
                let ends = net.held[j].len() < net.level[j] as usize;
                #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
                self.relax(self.papers + net.judge[e], reached, e as u32, ends, d);
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    fn scan_sink(&mut self, net: &Network, d: i64) {
        for j in 0..net.held.len() {
            if net.level[j] > 0
                && let Some(m) = net.costs.marginal(j, net.level[j])
            {
                let ends = net.held[j].len() < net.level[j] as usize;
                let reduced = net.judge_price[j] - m - net.sink_price;
                self.relax(self.papers + j as u32, d + reduced, NONE, ends, d);
            }
        }
        for p in 0..net.demand.len() {
            if net.open[p] > 0 {
                let reduced = -net.costs.penalty - net.paper_price[p] - net.sink_price;
                self.relax(p as u32, d + reduced, NONE, false, d);
            }
        }
        self.work += (net.held.len() + net.demand.len()) as u64;
    }

    fn reprice(&self, net: &mut Network, reach: i64) {
        for &n in &self.touched {
            if !self.done[n as usize] {
                continue;
            }
            let shift = reach - self.dist[n as usize];
            if n == self.sink {
                net.sink_price += shift;
            } else if n < self.papers {
                net.paper_price[n as usize] -= shift;
            } else {
                net.judge_price[(n - self.papers) as usize] += shift;
            }
        }
    }

    fn shift(&self, net: &mut Network, source: u32, end: u32) {
        if source == self.sink {
            net.sink_surplus -= 1;
        }
        if end == self.sink {
            net.sink_surplus += 1;
        }
        let mut node = end;
        while node != source {
            let from = self.from[node as usize];
            if node == self.sink {
                if from < self.papers {
                    net.open[from as usize] += 1;
                } else {
                    net.level[(from - self.papers) as usize] += 1;
                }
                node = from;
            } else if from == NONE {
                if node < self.papers {
                    net.open[node as usize] -= 1;
                } else {
                    net.level[(node - self.papers) as usize] -= 1;
                }
                node = self.sink;
            } else {
                node = self.flip(net, from);
            }
        }
    }

    /// Takes or frees an edge on the path; returns the node it came from.
    fn flip(&self, net: &mut Network, edge: u32) -> u32 {
        let e = edge as usize;
        let (paper, judge) = (net.paper[e], net.judge[e]);
        let held = &mut net.held[judge as usize];
        net.taken[e] = !net.taken[e];
        if net.taken[e] {
            held.push(Held { paper, edge });
            paper
        } else {
            held.retain(|h| h.edge != edge);
            self.papers + judge
        }
    }
}
