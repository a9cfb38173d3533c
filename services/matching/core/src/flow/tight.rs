//! The network of what is free at optimal prices.
//!
//! A flow is optimal if and only if it takes what gains at such prices, leaves
//! what loses, and gives every node with a price its due (complementary
//! slackness). Here each breach of that costs the same, more than the second
//! objective can gain along any cycle, and none is needed: the optimal flow at
//! hand has none. So the best flow of this network is the best, by the second
//! objective, of all that are optimal by the first.

use super::column::Optimum;
use super::layer::{Layer, RowLimits};
use super::network::Network;
use super::search::Search;
use crate::instance::{Instance, Load};
use crate::objective::LoadCosts;

/// Maximises `second`, whose values are `0..=most`, among the flows that are
/// as good as the `optimum`. Pairs at the sorted positions
/// `first` win ties. Returns the positions of the pairs, sorted.
pub(super) fn solve(
    instance: &Instance,
    optimum: &mut Optimum,
    weight: &impl Fn(u32, usize) -> i64,
    first: &[u32],
    most: i64,
    second: impl Fn(u32, usize) -> i64,
) -> Vec<u32> {
    // A cycle passes every judge once at most, so this is more than it can gain.
    let nodes = instance.papers().saturating_add(instance.judges());
    let nodes = i64::try_from(nodes).map_or(i64::MAX, |n| n.saturating_add(4));
    let breach = nodes.saturating_mul(2 * (most + 1));
    let best = &optimum.net;
    let (free, gains) = free_pairs(instance, optimum, weight);
    let costs = costs(best, breach);
    let mut net = Network::over(instance, &costs, &free);
    for e in 0..free.len() {
        let paper = net.paper_of(net.row[e]);
        let mut worth = second(paper, free[e] as usize);
        if gains[e] {
            worth += breach;
        }
        // An open place costs as much as a breach; where it is free, to fill it does too.
        if best_price(best, paper) <= -best.costs.penalty {
            worth -= breach;
        }
        net.weight[e] = worth;
    }
    if let (Some(layer), Some(of_best)) = (&mut net.layer, &best.layer) {
        layer.limits = Some(row_limits(layer, best, of_best));
    }
    // Where there are many judges, lists to write in cost more than what is written.
    net.held = std::mem::take(&mut optimum.net.held);
    net.mark(&free, first);
    net.settle();
    Search::new(&net).balance(&mut net);
    let taken = free.iter().zip(&net.taken).filter(|(_, t)| **t);
    taken.map(|(&i, _)| i).collect()
}

/// Positions of the pairs that an optimal flow may take, and whether it must.
#[expect(
    clippy::cast_possible_truncation,
    reason = "an instance counts in 32 bits"
)]
fn free_pairs(
    instance: &Instance,
    optimum: &Optimum,
    weight: &impl Fn(u32, usize) -> i64,
) -> (Vec<u32>, Vec<bool>) {
    let Optimum { net, chosen, .. } = optimum;
    let (mut free, mut gains) = (Vec::new(), Vec::new());
    let prices = net.judge_prices();
    for p in 0..instance.papers() as u32 {
        if !optimum.closed[p as usize] {
            net.each_gain(instance, &prices, p, weight, |i, gain| {
                if gain >= 0 {
                    free.push(i as u32);
                    gains.push(gain > 0);
                }
            });
            continue;
        }
        for e in net.edges_of(p) {
            let bar = match &net.layer {
                None => Some(net.row_price[net.row[e] as usize]),
                Some(layer) => net.bar_of_row(layer, net.row[e] as usize),
            };
            let gain = bar.map(|bar| net.weight[e] - net.judge_price[net.judge[e] as usize] - bar);
            if let Some(gain) = gain.filter(|&gain| gain >= 0) {
                free.push(chosen[e]);
                gains.push(gain > 0);
            }
        }
    }
    (free, gains)
}

/// Judges' loads within what their prices leave open.
fn costs(best: &Network, breach: i64) -> LoadCosts {
    let prices = best.judge_prices();
    let load = prices.iter().enumerate().map(|(j, &price)| {
        let level = best.level[j];
        let marginal = |k: u32| best.costs.marginal(j, k);
        let (mut min, mut max) = (level, level);
        while min > 0 && marginal(min).is_some_and(|m| m == price) {
            min -= 1;
        }
        while marginal(max + 1).is_some_and(|m| m == price) {
            max += 1;
        }
        Load { min, max }
    });
    LoadCosts {
        load: load.collect(),
        balance: 0,
        penalty: breach,
        largest: breach,
        limit: None,
        breach: 0,
    }
}

/// A paper's price relative to the sink's.
fn best_price(best: &Network, paper: u32) -> i64 {
    let prices = best.layer.as_ref().map_or(&best.row_price, |l| &l.price);
    prices[paper as usize] + best.sink_price
}

/// What rows get within what the prices leave open.
fn row_limits(rows: &Layer, best: &Network, of_best: &Layer) -> Vec<RowLimits> {
    let limits = rows.paper.iter().zip(&rows.group).map(|(&paper, &group)| {
        let bar = best.bar(of_best, paper, group);
        let apart = bar.map_or(i64::MIN, |bar| bar - best_price(best, paper));
        let (mut least, mut most) = (0, 0);
        for k in 1..=best.demand[paper as usize] {
            match best.costs.of_group(group, k) {
                Some(cost) if cost < apart => (least, most) = (k, k),
                Some(cost) if cost == apart => most = k,
                _ => break,
            }
        }
        RowLimits { least, most }
    });
    limits.collect()
}
