//! Column generation: solve over the candidates, price every other pair by
//! the duals, add those worth taking, repeat until there are none.
//!
//! The end is exact: prices that no pair of the whole instance beats prove the
//! flow optimal for the whole instance (Dantzig and Wolfe, 1960; for
//! assignment, Jonker and Volgenant's "shortlist").

use super::network::Network;
use super::search::Search;
use super::{auction, candidates, seniors};
use crate::instance::{Instance, Pair};
use crate::objective::{Duals, LoadCosts};
use crate::panel::Limit;

/// Candidates of a paper beyond three times its demand, and of a judge.
const PER_PAPER: usize = 12;
const PER_JUDGE: usize = 4;
const PER_JUDGE_WITH_MINIMUM: usize = 16;
/// Units over the judges' places, at no prices, from which an auction pays.
const CROWD: usize = 1_000;
/// Candidates of a paper beyond three times its demand, at the prices of an auction.
const AFTER_AUCTION: usize = 4;
/// Pairs added for one paper in one round.
const ADDED: usize = 8;

/// An optimal flow.
#[derive(Debug, Clone)]
pub(crate) struct Solved {
    /// Positions of the taken pairs, sorted.
    pub(crate) taken: Vec<u32>,
    pub(crate) duals: Duals,
}

/// Where to start from; the result is optimal all the same.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start<'a> {
    /// From nothing.
    Cold,
    /// From a similar problem.
    Warm(Warm<'a>),
}

/// What is known of a similar problem.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Warm<'a> {
    /// Its judge prices, in the unit of the weights.
    pub(crate) judge: &'a [i64],
    /// Its pairs: positions, sorted.
    pub(crate) taken: &'a [u32],
    /// Pairs to try, sorted; locked ones and those of `taken` are added.
    pub(crate) near: &'a [u32],
    /// Of every paper, what no other pair's weight exceeds the judge's price by.
    pub(crate) beyond: &'a [i64],
}

/// Maximises the sum of `weight(paper, position)` less the load costs.
pub(crate) fn solve(
    instance: &Instance,
    costs: &LoadCosts,
    start: Start<'_>,
    weight: impl Fn(u32, usize) -> i64,
) -> Solved {
    solve_network(instance, costs, start, &weight).solved
}

/// What is known once a flow is optimal.
pub(super) struct Optimum {
    pub(super) solved: Solved,
    pub(super) net: Network,
    /// Positions of the network's pairs, sorted.
    pub(super) chosen: Vec<u32>,
    /// Papers of which no other pair is worth even nothing.
    pub(super) closed: Vec<bool>,
}

/// The same, with the network in its optimal state.
pub(super) fn solve_network(
    instance: &Instance,
    costs: &LoadCosts,
    start: Start<'_>,
    weight: &impl Fn(u32, usize) -> i64,
) -> Optimum {
    let (mut chosen, mut prices, mut taken, far) = match start {
        Start::Cold => {
            let (chosen, prices) = cold(instance, costs, weight);
            (chosen, prices, Vec::new(), None)
        }
        Start::Warm(warm) => {
            let mut chosen = warm.near.to_vec();
            candidates::add(&mut chosen, warm.taken);
            if !instance.locked().is_empty() {
                candidates::add(&mut chosen, instance.locked());
            }
            let far = Some((warm.beyond, warm.judge));
            (chosen, warm.judge.to_vec(), warm.taken.to_vec(), far)
        }
    };
    loop {
        let mut net = weighed(instance, costs, &chosen, weight);
        if !prices.is_empty() {
            net.judge_price.copy_from_slice(&prices);
        }
        net.mark(&chosen, &taken);
        net.settle();
        Search::new(&net).balance(&mut net);
        taken = chosen
            .iter()
            .zip(&net.taken)
            .filter(|&(_, &t)| t)
            .map(|(&i, _)| i)
            .collect();
        prices = net.judge_prices();
        // A pair out of reach gains at most by how far its judge's price fell.
        let fall = |before: &[i64]| before.iter().zip(&prices).map(|(b, now)| b - now).max();
        let reach = far.map(|(beyond, before)| (beyond, fall(before)));
        let hopeless = |p: u32, bar: i64| match reach {
            Some((beyond, fall)) => beyond[p as usize].saturating_add(fall.unwrap_or(0)) <= bar,
            None => false,
        };
        let missing = improving(instance, &net, &taken, hopeless, weight);
        if missing.is_empty() {
            let duals = Duals {
                paper: net.paper_prices(),
                judge: prices,
            };
            #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
            let papers = 0..instance.papers() as u32;
            // A bar higher by one than nothing leaves out what would gain nothing.
            let closed = papers.map(|p| hopeless(p, net.least_bar(p) - 1)).collect();
            let solved = Solved { taken, duals };
            return Optimum {
                solved,
                net,
                chosen,
                closed,
            };
        }
        candidates::add(&mut chosen, &missing);
    }
}

fn weighed(
    instance: &Instance,
    costs: &LoadCosts,
    chosen: &[u32],
    weight: &impl Fn(u32, usize) -> i64,
) -> Network {
    let mut net = Network::over(instance, costs, chosen);
    for (e, &i) in chosen.iter().enumerate() {
        net.weight[e] = weight(net.paper_of(net.row[e]), i as usize);
    }
    net
}

/// Candidates and prices to start with: where few units are in each other's
/// way, the best candidates and no prices; in a crowd, the candidates and
/// prices of a few auctions, each over the best candidates at the last prices.
fn cold(
    instance: &Instance,
    costs: &LoadCosts,
    weight: &impl Fn(u32, usize) -> i64,
) -> (Vec<u32>, Vec<i64>) {
    // Judges with a minimum take papers that would not choose them.
    let minima = instance.load().iter().any(|l| l.min > 0);
    let per_judge = if minima {
        PER_JUDGE_WITH_MINIMUM
    } else {
        PER_JUDGE
    };
    let mut chosen = candidates::choose(instance, PER_PAPER, per_judge, weight);
    let mut net = weighed(instance, costs, &chosen, weight);
    net.settle();
    let surplus = net.held.iter().zip(&net.level);
    let crowd: usize = surplus
        .map(|(h, &l)| h.len().saturating_sub(l as usize))
        .sum();
    if net.sink_surplus > 0 {
        // Minima ask for more than is wanted at no price: at any lower price
        // nobody takes more than the minimum, and searches go one way only.
        return (chosen, vec![-1; instance.judges()]);
    }
    if crowd < CROWD {
        return (chosen, Vec::new());
    }
    let auction::Outcome { prices, pairs } = match instance.panel_rules().first() {
        Some(rule) if rule.limit == Limit::AtLeastOne => {
            seniors::hold(instance, rule, costs, weight)
        }
        _ => auction::hold(instance, costs, weight),
    };
    let value = |p: u32, i: usize| weight(p, i) - prices[instance.judges_at()[i] as usize];
    chosen = candidates::choose(instance, AFTER_AUCTION, 0, value);
    candidates::add(&mut chosen, &pairs);
    (chosen, prices)
}

/// Pairs not taken that would gain at the network's prices, the best few of
/// each paper. `hopeless` papers, by their price, have none.
#[expect(
    clippy::cast_possible_truncation,
    reason = "an instance counts in 32 bits"
)]
fn improving(
    instance: &Instance,
    net: &Network,
    taken: &[u32],
    hopeless: impl Fn(u32, i64) -> bool,
    weight: &impl Fn(u32, usize) -> i64,
) -> Vec<u32> {
    let mut found = Vec::new();
    let mut row: Vec<(i64, u32)> = Vec::new();
    let prices = net.judge_prices();
    for p in 0..instance.papers() as u32 {
        if hopeless(p, net.least_bar(p)) {
            continue;
        }
        row.clear();
        net.each_gain(instance, &prices, p, weight, |i, gain| {
            if gain > 0 && taken.binary_search(&(i as u32)).is_err() {
                row.push((gain, i as u32));
            }
        });
        if row.len() > ADDED {
            row.select_nth_unstable_by(ADDED, |x, y| y.cmp(x));
            row.truncate(ADDED);
        }
        found.extend(row.iter().map(|r| r.1));
    }
    found
}

impl Solved {
    /// The taken pairs, sorted by paper, then judge.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(crate) fn pairs(&self, instance: &Instance) -> Vec<Pair> {
        let mut pairs = Vec::with_capacity(self.taken.len());
        let mut rest = self.taken.iter().peekable();
        for paper in 0..instance.papers() as u32 {
            let end = instance.pairs_of(paper).end;
            while let Some(&i) = rest.next_if(|&&i| (i as usize) < end) {
                pairs.push(Pair {
                    paper,
                    judge: instance.judges_at()[i as usize],
                });
            }
        }
        pairs
    }
}
