//! Shortest augmenting paths by a local Dijkstra with early end.
//!
//! A node with a surplus looks for the cheapest way to one with a gap, or a
//! node with a gap looks backwards for a surplus, whichever can be done
//! without crossing the sink. Only nodes nearer than the end are touched, and
//! prices change only there, so a small repair costs little however large the
//! network (Jonker and Volgenant, 1987; Edmonds and Karp, 1972, for the prices).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::network::{Held, Network};

mod scan;

const NONE: u32 = u32::MAX;
const HUB: u32 = u32::MAX - 1;
const FAR: i64 = i64::MAX;

/// Work space of the search, kept between searches.
pub(crate) struct Search {
    rows: u32,
    sink: u32,
    /// Papers follow the sink where they are not rows themselves.
    hubs: u32,
    /// Whether the present search runs against the arcs.
    back: bool,
    dist: Vec<i64>,
    /// The edge by which a node was reached, `NONE` for "by the sink", `HUB`
    /// for "by its paper"; for the sink itself, the node that reached it; for
    /// a paper, the row.
    from: Vec<u32>,
    done: Vec<bool>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    /// Nodes reached at the very distance being scanned: no heap needed.
    level: Vec<u32>,
    bound: i64,
    /// Edges by judge, for searches against the arcs; made when first needed.
    by_judge: Vec<u32>,
    by_judge_start: Vec<u32>,
}

impl Search {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(crate) fn new(network: &Network) -> Self {
        let sink = network.row_price.len() + network.held.len();
        let hubs = network.layer.as_ref().map_or(0, |l| l.price.len());
        let nodes = sink + 1 + hubs;
        Self {
            rows: network.row_price.len() as u32,
            sink: sink as u32,
            hubs: sink as u32 + 1,
            back: false,
            dist: vec![FAR; nodes],
            from: vec![NONE; nodes],
            done: vec![false; nodes],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
            level: Vec::new(),
            bound: FAR,
            by_judge: Vec::new(),
            by_judge_start: Vec::new(),
        }
    }

    /// Balances every node; afterwards the state is optimal for the network.
    pub(crate) fn balance(&mut self, net: &mut Network) {
        #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
        let judges = net.held.len() as u32;
        let spare =
            |net: &Network, j: u32| net.held[j as usize].len() > net.level[j as usize] as usize;
        // What the sink lacks, judges with a surplus give; what it has too
        // much, judges with a gap take. Neither way crosses the sink.
        for j in 0..judges {
            while net.sink_surplus < 0 && spare(net, j) {
                self.augment(net, self.rows + j, false);
            }
        }
        for j in 0..judges {
            while net.sink_surplus > 0 && lacks(net, j as usize) {
                self.augment(net, self.rows + j, true);
            }
        }
        for j in 0..judges {
            while spare(net, j) {
                self.augment(net, self.rows + j, false);
            }
        }
    }

    /// Moves one unit from `source` along a cheapest path, or, backwards, to it.
    fn augment(&mut self, net: &mut Network, source: u32, back: bool) {
        self.back = back;
        if back && self.by_judge_start.is_empty() {
            self.sort_by_judge(net);
        }
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
            if node != source && self.ends_at(net, node) {
                break node;
            }
            self.scan(net, node, d);
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

    /// Whether a search may end at a node: a gap, or backwards a surplus.
    fn ends_at(&self, net: &Network, node: u32) -> bool {
        if node == self.sink {
            return self.ends_at_sink(net);
        }
        node >= self.rows && node < self.sink && {
            let j = (node - self.rows) as usize;
            if self.back {
                net.held[j].len() > net.level[j] as usize
            } else {
                lacks(net, j)
            }
        }
    }

    fn ends_at_sink(&self, net: &Network) -> bool {
        if self.back {
            net.sink_surplus > 0
        } else {
            net.sink_surplus < 0
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

    fn reprice(&self, net: &mut Network, reach: i64) {
        for &n in self.touched.iter().filter(|&&n| self.done[n as usize]) {
            let shift = reach - self.dist[n as usize];
            let shift = if self.back { -shift } else { shift };
            if n == self.sink {
                net.sink_price += shift;
            } else if n < self.rows {
                net.row_price[n as usize] -= shift;
            } else if n > self.sink {
                if let Some(layer) = &mut net.layer {
                    layer.price[(n - self.hubs) as usize] -= shift;
                }
            } else {
                net.judge_price[(n - self.rows) as usize] += shift;
            }
        }
    }

    fn shift(&self, net: &mut Network, source: u32, end: u32) {
        if end == self.sink {
            net.sink_surplus += if self.back { -1 } else { 1 };
        }
        let mut node = end;
        while node != source {
            let from = self.from[node as usize];
            let (to_sink, other) = if node == self.sink {
                (true, from)
            } else if from == NONE {
                (false, node)
            } else if from == HUB || node > self.sink {
                node = self.shift_row(net, node, from);
                continue;
            } else {
                node = self.flip(net, from, node);
                continue;
            };
            let sent = if other < self.rows {
                &mut net.open[other as usize]
            } else if other > self.sink {
                &mut net.open[(other - self.hubs) as usize]
            } else {
                &mut net.level[(other - self.rows) as usize]
            };
            // Forwards, reaching the sink sends one more to it and leaving it
            // one less; backwards the arc is the other way round.
            if to_sink == self.back {
                *sent -= 1;
            } else {
                *sent += 1;
            }
            node = if to_sink { other } else { self.sink };
        }
    }

    /// Sends one more or one less from a paper to a row; returns the other of the two.
    fn shift_row(&self, net: &mut Network, node: u32, from: u32) -> u32 {
        let to_row = node < self.rows;
        let row = if to_row { node } else { from };
        let Some(layer) = &mut net.layer else {
            return node;
        };
        if to_row == self.back {
            layer.level[row as usize] -= 1;
        } else {
            layer.level[row as usize] += 1;
        }
        if to_row {
            self.hubs + layer.paper[row as usize]
        } else {
            row
        }
    }

    /// Takes or frees an edge on the path; returns its end that is not `node`.
    fn flip(&self, net: &mut Network, edge: u32, node: u32) -> u32 {
        let e = edge as usize;
        let (row, judge) = (net.row[e], net.judge[e]);
        let held = &mut net.held[judge as usize];
        net.taken[e] = !net.taken[e];
        if net.taken[e] {
            held.push(Held { row, edge });
        } else {
            held.retain(|h| h.edge != edge);
        }
        if node < self.rows {
            self.rows + judge
        } else {
            row
        }
    }
}

fn lacks(net: &Network, judge: usize) -> bool {
    net.held[judge].len() < net.level[judge] as usize
}
