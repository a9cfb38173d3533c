//! The layer of a panel rule in the network: between a paper and its judges
//! stands a row for every group it has candidates of, and the paper sends a
//! row its k-th unit at the rule's cost for k.
//!
//! Without a rule there is no layer, and every paper is its own row.

use super::network::{Held, Network};
use crate::instance::Instance;
use crate::objective::LoadCosts;
use crate::panel::FREE;

/// The rows of a network whose edges are sorted by paper, then group.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    /// Rows of paper p are `rows[p]..rows[p + 1]`.
    pub(crate) rows: Vec<u32>,
    /// The paper of each row.
    pub(crate) paper: Vec<u32>,
    /// The group of each row.
    pub(crate) group: Vec<u32>,
    /// What the paper sends to each row.
    pub(crate) level: Vec<u32>,
    /// Papers' prices; the network's `row_price` are the rows'.
    pub(crate) price: Vec<i64>,
    /// What each row must and may get, where that counts instead of the rule.
    pub(super) limits: Option<Vec<RowLimits>>,
}

/// How many units a row must get, and how many it may get for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowLimits {
    pub(super) least: u32,
    pub(super) most: u32,
}

impl Layer {
    /// What a row's `k`-th unit costs (k from 1), or `None` where there cannot be so many.
    #[inline]
    pub(super) fn cost(&self, costs: &LoadCosts, row: usize, k: u32) -> Option<i64> {
        match &self.limits {
            None => costs.of_group(self.group[row], k),
            Some(limits) => {
                let RowLimits { least, most } = limits[row];
                let reward = if k <= least { costs.penalty } else { 0 };
                (k <= most).then_some(-reward)
            }
        }
    }
}

/// A row's edge as its paper sees it.
#[derive(Debug, Clone, Copy)]
struct Liked {
    /// Value at the judge's price, less the group's cost.
    net: i64,
    value: i64,
    was: bool,
    edge: u32,
    row: u32,
}

impl Network {
    /// The paper that a row belongs to.
    #[inline]
    pub(crate) fn paper_of(&self, row: u32) -> u32 {
        match &self.layer {
            None => row,
            Some(layer) => layer.paper[row as usize],
        }
    }

    /// The edges of a paper's rows.
    pub(super) fn edges_of(&self, paper: u32) -> std::ops::Range<usize> {
        let Some(layer) = &self.layer else {
            return self.edges(paper as usize);
        };
        let (from, to) = (layer.rows[paper as usize], layer.rows[paper as usize + 1]);
        self.start[from as usize] as usize..self.start[to as usize] as usize
    }

    /// Visits every pair of a paper with what it would gain at the network's
    /// prices: of the judges (given, relative to the sink), and of its row.
    #[inline]
    pub(super) fn each_gain(
        &self,
        instance: &Instance,
        prices: &[i64],
        paper: u32,
        weight: &impl Fn(u32, usize) -> i64,
        mut visit: impl FnMut(usize, i64),
    ) {
        let judges = instance.judges_at();
        let gain = |i: usize, bar: i64| weight(paper, i) - prices[judges[i] as usize] - bar;
        let (Some(layer), Some(rule)) = (&self.layer, instance.panel_rules().first()) else {
            let bar = self.row_price[paper as usize] + self.sink_price;
            for i in instance.pairs_of(paper) {
                visit(i, gain(i, bar));
            }
            return;
        };
        let (mut group, mut bar) = (None, None);
        for i in instance.pairs_of(paper) {
            let of = rule.group_of(judges[i]);
            if group != Some(of) {
                group = Some(of);
                bar = self.bar(layer, paper, of);
            }
            if let Some(bar) = bar {
                visit(i, gain(i, bar));
            }
        }
    }

    /// The price of a paper's row relative to the sink's; `None` where the rule
    /// lets nobody in. Where nothing goes to a row, the highest it can have.
    pub(super) fn bar(&self, layer: &Layer, paper: u32, group: u32) -> Option<i64> {
        let (from, to) = (layer.rows[paper as usize], layer.rows[paper as usize + 1]);
        let rows = &layer.group[from as usize..to as usize];
        let price = match rows.binary_search(&group) {
            Ok(k) => self.bar_of_row(layer, from as usize + k)?,
            Err(_) => layer.price[paper as usize] + self.costs.of_group(group, 1)?,
        };
        Some(price + self.sink_price)
    }

    /// The price of a row, by the network's own count; see [`Network::bar`].
    pub(super) fn bar_of_row(&self, layer: &Layer, row: usize) -> Option<i64> {
        if layer.level[row] > 0 {
            return Some(self.row_price[row]);
        }
        let cost = self.costs.of_group(layer.group[row], 1)?;
        Some(layer.price[layer.paper[row] as usize] + cost)
    }

    /// The least that any pair of a paper is up against, relative to the sink's
    /// price: of the paper, or of one of its rows.
    pub(super) fn least_bar(&self, paper: u32) -> i64 {
        let Some(layer) = &self.layer else {
            return self.row_price[paper as usize] + self.sink_price;
        };
        // A row that no candidate has made is no cheaper than the dearest reward.
        let price = layer.price[paper as usize];
        let mut least = price - self.costs.breach;
        let rows = layer.rows[paper as usize]..layer.rows[paper as usize + 1];
        if rows.clone().any(|r| layer.group[r as usize] != FREE) {
            least = price;
        }
        for r in rows {
            if let Some(bar) = self.bar_of_row(layer, r as usize) {
                least = least.min(bar);
            }
        }
        least + self.sink_price
    }

    /// What papers gain by the rule where the rows' prices stand, in all.
    pub(super) fn row_profits(&self) -> i128 {
        let Some(layer) = &self.layer else { return 0 };
        let mut profits = 0;
        for (r, &level) in layer.level.iter().enumerate() {
            let apart = self.row_price[r] - layer.price[layer.paper[r] as usize];
            for k in 1..=level {
                let cost = layer.cost(&self.costs, r, k).unwrap_or(0);
                profits += i128::from(apart - cost);
            }
        }
        profits
    }

    /// Papers that have one of the judges that their panel should have.
    pub(super) fn rules_met(&self) -> usize {
        let Some(layer) = self.layer.as_ref().filter(|_| self.costs.breach > 0) else {
            return 0;
        };
        let used = layer.level.iter().zip(&layer.group);
        used.filter(|(level, group)| **level > 0 && **group != FREE)
            .count()
    }

    /// What [`Network::settle`] does, with a layer. The net values of a row
    /// fall from its best edge on, so the best of all together take from each
    /// row its best.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(super) fn settle_rows(&mut self, layer: &mut Layer) {
        let mut liked: Vec<Liked> = Vec::new();
        for p in 0..self.demand.len() {
            liked.clear();
            let rows = layer.rows[p]..layer.rows[p + 1];
            for row in rows.clone() {
                self.like(layer, row, &mut liked);
            }
            liked.sort_unstable_by_key(|l| std::cmp::Reverse((l.net, l.was, u32::MAX - l.edge)));
            let floor = -self.costs.penalty;
            let wanted = self.demand[p] as usize;
            let worth = liked.iter().take_while(|l| l.net > floor).count();
            let got = worth.min(wanted);
            let price = if worth > wanted {
                liked[wanted].net
            } else {
                floor
            };
            layer.price[p] = price;
            self.open[p] = (wanted - got) as u32;
            for row in rows.clone() {
                layer.level[row as usize] = 0;
                self.row_price[row as usize] = i64::MIN;
            }
            for (k, l) in liked.iter().enumerate() {
                let row = l.row as usize;
                if k < got {
                    layer.level[row] += 1;
                    self.taken[l.edge as usize] = true;
                    let judge = self.judge[l.edge as usize] as usize;
                    self.held[judge].push(Held {
                        row: l.row,
                        edge: l.edge,
                    });
                } else {
                    // The best that is left; what is taken is worth no less.
                    self.row_price[row] = self.row_price[row].max(l.value);
                }
            }
            for row in rows {
                self.price_row(layer, row, price);
            }
        }
    }

    /// Adds a row's edges that the rule allows beside each other, best first.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn like(&mut self, layer: &Layer, row: u32, liked: &mut Vec<Liked>) {
        let from = liked.len();
        for e in self.edges(row as usize) {
            let value = self.weight[e] - self.judge_price[self.judge[e] as usize];
            let was = std::mem::replace(&mut self.taken[e], false);
            liked.push(Liked {
                net: 0,
                value,
                was,
                edge: e as u32,
                row,
            });
        }
        liked[from..]
            .sort_unstable_by_key(|l| std::cmp::Reverse((l.value, l.was, u32::MAX - l.edge)));
        for (k, l) in (1u32..).zip(&mut liked[from..]) {
            // What cannot be had is worth less than an open place.
            l.net = match layer.cost(&self.costs, row as usize, k) {
                Some(cost) => l.value - cost,
                None => i64::MIN,
            };
        }
    }

    /// A price of a row that keeps its edges and its paper's arc in order:
    /// `row_price` holds the value of the best edge that is not taken.
    fn price_row(&mut self, layer: &Layer, row: u32, paper_price: i64) {
        let r = row as usize;
        let level = layer.level[r];
        if level > 0 {
            let cost = layer.cost(&self.costs, r, level).unwrap_or(0);
            self.row_price[r] = self.row_price[r].max(paper_price + cost);
        }
    }
}
