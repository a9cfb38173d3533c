//! Good prices for a crowd, by an ε-scaling auction over every pair.
//!
//! Where many papers compete for few judges, shortest paths are long. An
//! auction (Bertsekas, 1988; with several places a judge, Bertsekas and
//! Castañon, 1989) finds prices within ε of the right ones with local steps
//! alone: papers bid for the judges they like best, and judges who are dear
//! but have places left lower their price until somebody comes (the reverse
//! auction of Bertsekas, Castañon and Tsaknakis, 1993). It is only a start:
//! whatever it returns, and wherever its budget of work stops it, the exact
//! search goes on from there.

use std::collections::VecDeque;

use super::favourites::{Favourite, Favourites};
use super::stalls::Stalls;
use crate::instance::Instance;
use crate::objective::LoadCosts;

/// ε of the phases, as parts of the largest weight.
const PHASES: [i64; 5] = [10, 100, 1_000, 10_000, 100_000];
/// Bids in one phase, at most, for every place there is.
const BUDGET: usize = 60;

struct Auction<'a, W> {
    penalty: i64,
    favourites: Favourites<'a, W>,
    demand: &'a [u32],
    price: Vec<i64>,
    stalls: Stalls,
    queue: VecDeque<u32>,
    /// Bids left of the budget.
    left: usize,
}

/// What an auction ends with.
pub(crate) struct Outcome {
    /// Judge prices to start the exact search from.
    pub(crate) prices: Vec<i64>,
    /// Positions of the pairs it made, sorted.
    pub(crate) pairs: Vec<u32>,
}

/// Holds an auction.
pub(crate) fn hold<W: Fn(u32, usize) -> i64>(
    instance: &Instance,
    costs: &LoadCosts,
    weight: &W,
) -> Outcome {
    // Nobody bids for a judge without places.
    let price = costs
        .load
        .iter()
        .map(|l| if l.max == 0 { 4 * costs.penalty } else { 0 });
    let mut auction = Auction {
        penalty: costs.penalty,
        favourites: Favourites::of(instance, weight),
        demand: instance.demand(),
        price: price.collect(),
        stalls: Stalls::of(instance, costs),
        queue: VecDeque::new(),
        left: 0,
    };
    let mut last = 0;
    for part in PHASES {
        let epsilon = (costs.largest / part).max(1);
        auction.forward(epsilon, last);
        auction.reverse(epsilon);
        last = epsilon;
    }
    Outcome {
        pairs: auction.stalls.positions(instance),
        prices: auction.price,
    }
}

impl<W: Fn(u32, usize) -> i64> Auction<'_, W> {
    /// Papers bid until each has what it wants. Prices start a little below
    /// where the last phase left them.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn forward(&mut self, epsilon: i64, last: i64) {
        for price in &mut self.price {
            *price = (*price - last).max(0);
        }
        self.favourites.all_fell(last);
        self.stalls.clear();
        let places: usize = self.demand.iter().map(|&d| d as usize).sum();
        self.left = BUDGET * places;
        self.queue.clear();
        self.queue.extend(0..self.demand.len() as u32);
        while let Some(paper) = self.queue.pop_front() {
            self.bid(paper, epsilon);
            if self.left == 0 {
                return;
            }
        }
    }

    /// Bids for a paper's best judges so much that they stay best by at most ε.
    fn bid(&mut self, paper: u32, epsilon: i64) {
        let nothing = -self.penalty;
        while self.stalls.wants(paper) && self.left > 0 {
            let has = self.stalls.of_paper(paper);
            let free = |judge: u32| has.iter().all(|h| h.judge != judge);
            let best = self.favourites.best(paper, &self.price, free);
            let Some(best) = best.filter(|f| f.value > nothing) else {
                return; // nobody left: the place stays open
            };
            self.left -= 1;
            self.place(
                paper,
                &best,
                best.value - best.second.max(nothing) + epsilon,
            );
        }
    }

    fn place(&mut self, paper: u32, best: &Favourite, raise: i64) {
        let price = &mut self.price[best.judge as usize];
        let weight = best.value + *price;
        let offer = *price + raise;
        let out = self.stalls.sell(best.judge, (paper, weight), offer);
        if let Some(lowest) = self.stalls.lowest(best.judge) {
            *price = lowest.max(*price);
        }
        self.queue.extend(out);
    }

    /// Judges with a price and places left lower it until somebody comes, or
    /// there is no price left.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn reverse(&mut self, epsilon: i64) {
        let dear = |a: &Self, j: u32| a.price[j as usize] > 0 && a.stalls.has_room(j);
        let mut waiting: Vec<u32> = (0..self.price.len() as u32)
            .filter(|&j| dear(self, j))
            .collect();
        if waiting.is_empty() {
            return;
        }
        self.favourites.sort_by_judge();
        while let Some(judge) = waiting.pop() {
            while dear(self, judge) {
                if self.left == 0 {
                    return;
                }
                self.left -= 1;
                waiting.extend(self.invite(judge, epsilon));
            }
        }
    }

    /// Lowers a judge's price to what brings the best offer; returns the judge
    /// that the paper leaves for it.
    fn invite(&mut self, judge: u32, epsilon: i64) -> Option<u32> {
        let (mut first, mut second, mut who) = (0, 0, None);
        for &(paper, weight) in self.favourites.of_judge(judge) {
            let has = self.stalls.of_paper(paper);
            let mut least = if self.stalls.wants(paper) {
                -self.penalty
            } else {
                i64::MAX
            };
            for h in has {
                // A paper that has the judge already makes no offer.
                let value = h.weight - self.price[h.judge as usize];
                least = if h.judge == judge {
                    i64::MAX
                } else {
                    least.min(value)
                };
                if h.judge == judge {
                    break;
                }
            }
            let offer = weight.saturating_sub(least);
            if offer > second {
                if offer > first {
                    second = first;
                    (first, who) = (offer, Some((paper, weight)));
                } else {
                    second = offer;
                }
            }
        }
        let old = self.price[judge as usize];
        let price = (second - epsilon).clamp(0, old);
        self.price[judge as usize] = price;
        self.favourites.fell(judge, price);
        let bidder = who.filter(|_| first - price >= epsilon)?;
        let leaves = (!self.stalls.wants(bidder.0))
            .then(|| self.stalls.leave_worst(bidder.0, &self.price))
            .flatten();
        self.stalls.sell(judge, bidder, price);
        leaves
    }
}
