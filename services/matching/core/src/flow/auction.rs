//! Good prices for a crowded network, by an ε-scaling auction.
//!
//! Where many papers compete for few judges, shortest paths are long. An
//! auction (Bertsekas, 1988; with several places a judge, Bertsekas and
//! Castañon, 1989) finds prices within ε of the right ones with local steps
//! alone. It is only a start: whatever it returns, and wherever its budget of
//! work stops it, the exact search goes on from there.

use std::collections::VecDeque;

use super::network::Network;

/// ε of the phases, as parts of the largest weight.
const PHASES: [i64; 4] = [40, 200, 1_000, 5_000];
/// Edges looked at in one phase, at most, as a multiple of the edges there are.
const BUDGET: u64 = 24;

/// A judge's place and who holds it at which bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Bid {
    price: i64,
    edge: u32,
}

struct Auction<'a> {
    net: &'a Network,
    /// Bids of each judge, the lowest first once all places are taken.
    bids: Vec<Vec<Bid>>,
    price: Vec<i64>,
    taken: Vec<bool>,
    open: Vec<u32>,
    queue: VecDeque<u32>,
    work: u64,
}

/// Judge prices to start the exact search from.
pub(crate) fn prices(net: &Network) -> Vec<i64> {
    let mut auction = Auction {
        net,
        bids: vec![Vec::new(); net.held.len()],
        price: vec![0; net.held.len()],
        taken: vec![false; net.taken.len()],
        open: vec![0; net.demand.len()],
        queue: VecDeque::new(),
        work: 0,
    };
    let mut last = 0;
    for part in PHASES {
        let epsilon = (net.costs.largest / part).max(1);
        auction.run(epsilon, last);
        last = epsilon;
    }
    auction.clear_unwanted();
    auction.price
}

impl Auction<'_> {
    /// One phase; prices start a little below where the last one left them.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn run(&mut self, epsilon: i64, last: i64) {
        for (price, bids) in self.price.iter_mut().zip(&mut self.bids) {
            *price = (*price - last).max(0);
            bids.clear();
        }
        self.taken.fill(false);
        self.open.copy_from_slice(&self.net.demand);
        self.queue.clear();
        self.queue.extend(0..self.net.demand.len() as u32);
        let budget = self.work + BUDGET * (self.taken.len() as u64 + 1);
        while let Some(paper) = self.queue.pop_front() {
            self.bid(paper, epsilon);
            if self.work > budget {
                break;
            }
        }
    }

    /// Bids for a paper's best judge so much that it stays best by at most ε.
    fn bid(&mut self, paper: u32, epsilon: i64) {
        let p = paper as usize;
        while self.open[p] > 0 {
            let (mut first, mut second, mut edge) = (i64::MIN, -self.net.costs.penalty, usize::MAX);
            for e in self.net.edges_of(p) {
                let value = self.net.weight[e] - self.price[self.net.judge[e] as usize];
                if value > second && !self.taken[e] {
                    if value > first {
                        second = second.max(first);
                        (first, edge) = (value, e);
                    } else {
                        second = value;
                    }
                }
            }
            self.work += self.net.edges_of(p).len() as u64;
            if edge == usize::MAX {
                return; // nobody left: the place stays open
            }
            self.open[p] -= 1;
            self.place(edge, first - second + epsilon);
        }
    }

    fn place(&mut self, edge: usize, raise: i64) {
        let judge = self.net.judge[edge] as usize;
        let places = self.net.costs.load[judge].max as usize;
        let price = self.price[judge] + raise;
        self.taken[edge] = true;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an instance counts in 32 bits"
        )]
        self.bids[judge].push(Bid {
            price,
            edge: edge as u32,
        });
        if self.bids[judge].len() > places {
            let bids = &self.bids[judge];
            let lowest = (0..bids.len()).min_by_key(|&i| bids[i]).unwrap_or(0);
            let out = self.bids[judge].swap_remove(lowest);
            self.taken[out.edge as usize] = false;
            let loser = self.net.paper_of(self.net.row[out.edge as usize]);
            self.open[loser as usize] += 1;
            self.queue.push_back(loser);
        }
        if self.bids[judge].len() == places {
            let lowest = self.bids[judge].iter().map(|b| b.price).min();
            self.price[judge] = lowest.unwrap_or(0).max(self.price[judge]);
        }
    }

    /// Lowers the price of judges with places left to where papers want them.
    fn clear_unwanted(&mut self) {
        let unwanted: Vec<bool> = self
            .bids
            .iter()
            .zip(&self.net.costs.load)
            .zip(&self.price)
            .map(|((b, l), &price)| price > 0 && b.len() < l.max as usize)
            .collect();
        let mut wants: Vec<Vec<i64>> = vec![Vec::new(); self.bids.len()];
        let mut values = Vec::new();
        for p in 0..self.net.demand.len() {
            let demand = self.net.demand[p] as usize;
            values.clear();
            values.extend(self.net.edges_of(p).map(|e| {
                let judge = self.net.judge[e] as usize;
                (self.net.weight[e] - self.price[judge], e)
            }));
            if demand == 0 || values.len() <= demand {
                continue;
            }
            values.sort_unstable_by(|x, y| y.cmp(x));
            for (k, &(value, e)) in values.iter().enumerate() {
                let judge = self.net.judge[e] as usize;
                if unwanted[judge] {
                    // What it would have to offer to be among the paper's choices.
                    let bar = if k < demand {
                        values[demand].0
                    } else {
                        values[demand - 1].0
                    };
                    wants[judge].push(value + self.price[judge] - bar);
                }
            }
        }
        for (judge, mut offers) in wants.into_iter().enumerate().filter(|&(j, _)| unwanted[j]) {
            let places = self.net.costs.load[judge].max as usize;
            offers.sort_unstable_by(|x, y| y.cmp(x));
            let price = offers.get(places).copied().unwrap_or(0);
            self.price[judge] = price.clamp(0, self.price[judge]);
        }
    }
}
