//! The arcs of every kind of node, along and against their direction, with
//! their reduced costs (never negative).

use super::{NONE, Search, lacks};
use crate::flow::network::{Held, Network};

impl Search {
    pub(super) fn scan(&mut self, net: &Network, node: u32, d: i64) {
        match (node < self.papers, node == self.sink, self.back) {
            (true, _, false) => self.paper_onward(net, node, d),
            (true, _, true) => self.paper_backward(net, node, d),
            (_, true, false) => self.sink_onward(net, d),
            (_, true, true) => self.sink_backward(net, d),
            (_, _, false) => self.judge_onward(net, node - self.papers, d),
            (_, _, true) => self.judge_backward(net, node - self.papers, d),
        }
    }

    /// A judge can send one more to the sink, or give a paper back.
    fn judge_onward(&mut self, net: &Network, judge: u32, d: i64) {
        let j = judge as usize;
        if let Some(m) = net.costs.marginal(j, net.level[j] + 1) {
            let reduced = m - net.judge_price[j] + net.sink_price;
            let ends = self.ends_at_sink(net);
            self.relax(self.sink, d + reduced, self.papers + judge, ends, d);
        }
        for &Held { paper, edge } in &net.held[j] {
            let prices = net.paper_price[paper as usize] + net.judge_price[j];
            self.relax(
                paper,
                d + net.weight[edge as usize] - prices,
                edge,
                false,
                d,
            );
        }
    }

    /// A paper can leave a place open, or take another judge.
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    fn paper_onward(&mut self, net: &Network, paper: u32, d: i64) {
        let p = paper as usize;
        let dummy = net.costs.penalty + net.paper_price[p] + net.sink_price;
        let ends = self.ends_at_sink(net);
        self.relax(self.sink, d + dummy, paper, ends, d);
        let base = d + net.paper_price[p];
        for e in net.edges(p) {
            let j = net.judge[e] as usize;
            let reached = base + net.judge_price[j] - net.weight[e];
            if reached < self.bound && !net.taken[e] {
                self.relax(
                    self.papers + net.judge[e],
                    reached,
                    e as u32,
                    lacks(net, j),
                    d,
                );
            }
        }
    }

    /// The sink can take back what any judge or open place sent.
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    fn sink_onward(&mut self, net: &Network, d: i64) {
        for j in 0..net.held.len() {
            if net.level[j] > 0
                && let Some(m) = net.costs.marginal(j, net.level[j])
            {
                let reduced = net.judge_price[j] - m - net.sink_price;
                self.relax(self.papers + j as u32, d + reduced, NONE, lacks(net, j), d);
            }
        }
        for p in (0..net.demand.len()).filter(|&p| net.open[p] > 0) {
            let reduced = -net.costs.penalty - net.paper_price[p] - net.sink_price;
            self.relax(p as u32, d + reduced, NONE, false, d);
        }
    }

    /// A judge can be reached from papers that do not have it, or from the sink.
    fn judge_backward(&mut self, net: &Network, judge: u32, d: i64) {
        let j = judge as usize;
        if net.level[j] > 0
            && let Some(m) = net.costs.marginal(j, net.level[j])
        {
            let reduced = net.judge_price[j] - m - net.sink_price;
            let ends = self.ends_at_sink(net);
            self.relax(self.sink, d + reduced, self.papers + judge, ends, d);
        }
        let base = d + net.judge_price[j];
        let range = self.by_judge_start[j] as usize..self.by_judge_start[j + 1] as usize;
        for k in range {
            let edge = self.by_judge[k];
            let e = edge as usize;
            let paper = net.paper[e];
            let reached = base + net.paper_price[paper as usize] - net.weight[e];
            if reached < self.bound && !net.taken[e] {
                self.relax(paper, reached, edge, false, d);
            }
        }
    }

    /// A paper can be reached from the judges it has, or from its open places.
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    fn paper_backward(&mut self, net: &Network, paper: u32, d: i64) {
        let p = paper as usize;
        if net.open[p] > 0 {
            let reduced = -net.costs.penalty - net.paper_price[p] - net.sink_price;
            let ends = self.ends_at_sink(net);
            self.relax(self.sink, d + reduced, paper, ends, d);
        }
        for e in net.edges(p).filter(|&e| net.taken[e]) {
            let j = net.judge[e] as usize;
            let reached = d + net.weight[e] - net.paper_price[p] - net.judge_price[j];
            let ends = net.held[j].len() > net.level[j] as usize;
            self.relax(self.papers + net.judge[e], reached, e as u32, ends, d);
        }
    }

    /// The sink can be reached from any judge with room, or by leaving a place open.
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    fn sink_backward(&mut self, net: &Network, d: i64) {
        for j in 0..net.held.len() {
            if let Some(m) = net.costs.marginal(j, net.level[j] + 1) {
                let reduced = m - net.judge_price[j] + net.sink_price;
                let ends = net.held[j].len() > net.level[j] as usize;
                self.relax(self.papers + j as u32, d + reduced, NONE, ends, d);
            }
        }
        for p in 0..net.demand.len() {
            let reduced = net.costs.penalty + net.paper_price[p] + net.sink_price;
            self.relax(p as u32, d + reduced, NONE, false, d);
        }
    }

    /// Sorts the edges by judge (a counting sort).
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    pub(super) fn sort_by_judge(&mut self, net: &Network) {
        let mut start = vec![0u32; net.held.len() + 1];
        for &j in &net.judge {
            start[j as usize + 1] += 1;
        }
        for j in 1..start.len() {
            start[j] += start[j - 1];
        }
        let mut next = start.clone();
        self.by_judge = vec![0; net.judge.len()];
        for (e, &j) in net.judge.iter().enumerate() {
            self.by_judge[next[j as usize] as usize] = e as u32;
            next[j as usize] += 1;
        }
        self.by_judge_start = start;
    }
}
