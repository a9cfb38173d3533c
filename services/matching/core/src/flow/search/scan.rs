//! The arcs of every kind of node, along and against their direction, with
//! their reduced costs (never negative).

use super::{HUB, NONE, Search, lacks};
use crate::flow::layer::Layer;
use crate::flow::network::{Held, Network};

impl Search {
    pub(super) fn scan(&mut self, net: &Network, node: u32, d: i64) {
        if node > self.sink {
            self.paper(net, node, d);
            return;
        }
        match (node < self.rows, node == self.sink, self.back) {
            (true, _, false) => self.row_onward(net, node, d),
            (true, _, true) => self.row_backward(net, node, d),
            (_, true, false) => self.sink_onward(net, d),
            (_, true, true) => self.sink_backward(net, d),
            (_, _, false) => self.judge_onward(net, node - self.rows, d),
            (_, _, true) => self.judge_backward(net, node - self.rows, d),
        }
    }

    /// A paper apart from its rows can leave a place open, or send one more to
    /// a row; against the arcs, one place fewer and one less.
    fn paper(&mut self, net: &Network, node: u32, d: i64) {
        let Some(layer) = &net.layer else { return };
        let p = (node - self.hubs) as usize;
        let dummy = net.costs.penalty + layer.price[p] + net.sink_price;
        let ends = self.ends_at_sink(net);
        if !self.back {
            self.relax(self.sink, d + dummy, node, ends, d);
        } else if net.open[p] > 0 {
            self.relax(self.sink, d - dummy, node, ends, d);
        }
        for row in layer.rows[p]..layer.rows[p + 1] {
            let r = row as usize;
            let apart = layer.price[p] - net.row_price[r];
            let (k, sign) = if self.back {
                (layer.level[r], -1)
            } else {
                (layer.level[r] + 1, 1)
            };
            if k > 0
                && let Some(cost) = layer.cost(&net.costs, r, k)
            {
                self.relax(row, d + sign * (cost + apart), HUB, false, d);
            }
        }
    }

    /// The way from a row to its paper: one less from it, or one more against the arc.
    fn row_to_paper(&mut self, net: &Network, layer: &Layer, row: u32, d: i64) {
        let r = row as usize;
        let p = layer.paper[r];
        let apart = layer.price[p as usize] - net.row_price[r];
        let (k, sign) = if self.back {
            (layer.level[r] + 1, 1)
        } else {
            (layer.level[r], -1)
        };
        if k > 0
            && let Some(cost) = layer.cost(&net.costs, r, k)
        {
            self.relax(self.hubs + p, d + sign * (cost + apart), row, false, d);
        }
    }

    /// A judge can send one more to the sink, or give a paper back.
    fn judge_onward(&mut self, net: &Network, judge: u32, d: i64) {
        let j = judge as usize;
        if let Some(m) = net.costs.marginal(j, net.level[j] + 1) {
            let reduced = m - net.judge_price[j] + net.sink_price;
            let ends = self.ends_at_sink(net);
            self.relax(self.sink, d + reduced, self.rows + judge, ends, d);
        }
        for &Held { row, edge } in &net.held[j] {
            let prices = net.row_price[row as usize] + net.judge_price[j];
            self.relax(row, d + net.weight[edge as usize] - prices, edge, false, d);
        }
    }

    /// A row can take another judge; a paper that is its own row can leave a place open.
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    fn row_onward(&mut self, net: &Network, row: u32, d: i64) {
        let r = row as usize;
        if let Some(layer) = &net.layer {
            self.row_to_paper(net, layer, row, d);
        } else {
            let dummy = net.costs.penalty + net.row_price[r] + net.sink_price;
            let ends = self.ends_at_sink(net);
            self.relax(self.sink, d + dummy, row, ends, d);
        }
        let base = d + net.row_price[r];
        for e in net.edges(r) {
            let j = net.judge[e] as usize;
            let reached = base + net.judge_price[j] - net.weight[e];
            if reached < self.bound && !net.taken[e] {
                self.relax(
                    self.rows + net.judge[e],
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
                self.relax(self.rows + j as u32, d + reduced, NONE, lacks(net, j), d);
            }
        }
        let (first, prices) = self.papers(net);
        for p in (0..net.demand.len()).filter(|&p| net.open[p] > 0) {
            let reduced = -net.costs.penalty - prices[p] - net.sink_price;
            self.relax(first + p as u32, d + reduced, NONE, false, d);
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
            self.relax(self.sink, d + reduced, self.rows + judge, ends, d);
        }
        let base = d + net.judge_price[j];
        let range = self.by_judge_start[j] as usize..self.by_judge_start[j + 1] as usize;
        for k in range {
            let edge = self.by_judge[k];
            let e = edge as usize;
            let row = net.row[e];
            let reached = base + net.row_price[row as usize] - net.weight[e];
            if reached < self.bound && !net.taken[e] {
                self.relax(row, reached, edge, false, d);
            }
        }
    }

    /// A row can be reached from the judges it has, and from its paper or, where
    /// that is the same, from open places.
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    fn row_backward(&mut self, net: &Network, row: u32, d: i64) {
        let r = row as usize;
        if let Some(layer) = &net.layer {
            self.row_to_paper(net, layer, row, d);
        } else if net.open[r] > 0 {
            let reduced = -net.costs.penalty - net.row_price[r] - net.sink_price;
            let ends = self.ends_at_sink(net);
            self.relax(self.sink, d + reduced, row, ends, d);
        }
        for e in net.edges(r).filter(|&e| net.taken[e]) {
            let j = net.judge[e] as usize;
            let reached = d + net.weight[e] - net.row_price[r] - net.judge_price[j];
            let ends = net.held[j].len() > net.level[j] as usize;
            self.relax(self.rows + net.judge[e], reached, e as u32, ends, d);
        }
    }

    /// The sink can be reached from any judge with room, or by leaving a place open.
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    fn sink_backward(&mut self, net: &Network, d: i64) {
        for j in 0..net.held.len() {
            if let Some(m) = net.costs.marginal(j, net.level[j] + 1) {
                let reduced = m - net.judge_price[j] + net.sink_price;
                let ends = net.held[j].len() > net.level[j] as usize;
                self.relax(self.rows + j as u32, d + reduced, NONE, ends, d);
            }
        }
        let (first, prices) = self.papers(net);
        for (p, price) in prices.iter().enumerate() {
            let reduced = net.costs.penalty + price + net.sink_price;
            self.relax(first + p as u32, d + reduced, NONE, false, d);
        }
    }

    /// The first of the nodes that are papers, and their prices.
    fn papers<'a>(&self, net: &'a Network) -> (u32, &'a [i64]) {
        match &net.layer {
            None => (0, &net.row_price),
            Some(layer) => (self.hubs, &layer.price),
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
        let mut filled = start.clone();
        self.by_judge = vec![0; net.judge.len()];
        for (e, &j) in net.judge.iter().enumerate() {
            self.by_judge[filled[j as usize] as usize] = e as u32;
            filled[j as usize] += 1;
        }
        self.by_judge_start = start;
    }
}
