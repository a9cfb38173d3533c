//! The same flow again and again with changing weights, each time from where
//! the last one ended.

use super::candidates;
use super::network::Network;
use super::search::Search;
use crate::instance::{Instance, Pair};
use crate::objective::LoadCosts;

/// Up to this many pairs, all are candidates.
const SMALL: usize = 1 << 15;
/// Else these many of a paper (beyond three times its demand) and of a judge,
/// and whatever later turns out to be worth taking.
const PER_PAPER: usize = 12;
const PER_JUDGE: usize = 4;
/// Pairs added for one paper at a time.
const ADDED: usize = 4;

/// A network kept from flow to flow.
pub(crate) struct Weighted<'a> {
    instance: &'a Instance,
    chosen: Vec<u32>,
    net: Network,
    search: Search,
}

impl<'a> Weighted<'a> {
    /// `prices` are judge prices to start from, in the unit of the weights to
    /// come, of which a score has `unit`. With the pairs they belong to (`kept`),
    /// the start is that very flow: it pays where to find it was hard.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(crate) fn new(
        instance: &'a Instance,
        costs: &LoadCosts,
        (prices, unit): (&[i64], i64),
        kept: Option<&[Pair]>,
    ) -> Self {
        let judges = instance.judges_at();
        let score = |_: u32, i: usize| i64::from(instance.scores_at()[i]);
        let value = |p: u32, i: usize| score(p, i) * unit - prices[judges[i] as usize];
        let positions = kept.unwrap_or_default().iter();
        let positions = positions.filter_map(|&p| instance.find(p));
        let taken: Vec<u32> = positions.map(|i| i as u32).collect();
        let chosen = if instance.pair_count() <= SMALL {
            (0..instance.pair_count() as u32).collect()
        } else {
            let mut chosen = match kept {
                Some(_) => candidates::choose(instance, PER_PAPER, PER_JUDGE, value),
                None => candidates::choose(instance, PER_PAPER, PER_JUDGE, score),
            };
            candidates::add(&mut chosen, instance.locked());
            candidates::add(&mut chosen, &taken);
            chosen
        };
        let mut net = Network::over(instance, costs, &chosen);
        net.mark(&chosen, &taken);
        net.judge_price.copy_from_slice(prices);
        let search = Search::new(&net);
        Self {
            instance,
            chosen,
            net,
            search,
        }
    }

    /// Maximises `weight(paper, position)`; locked pairs are taken whatever they weigh.
    pub(crate) fn solve(&mut self, weight: impl Fn(u32, usize) -> i64) {
        let lock = self.net.costs.lock();
        for e in 0..self.chosen.len() {
            let i = self.chosen[e] as usize;
            let forced = if self.instance.is_locked(i) { lock } else { 0 };
            self.net.weight[e] = weight(self.net.paper_of(self.net.row[e]), i) + forced;
        }
        self.net.settle();
        self.search.balance(&mut self.net);
    }

    /// A weight that makes a pair taken whatever else there is.
    pub(crate) fn lock(&self) -> i64 {
        self.net.costs.lock()
    }

    /// The positions of the taken pairs, sorted.
    pub(crate) fn taken(&self) -> Vec<u32> {
        let taken = self.chosen.iter().zip(&self.net.taken);
        taken.filter(|(_, t)| **t).map(|(&i, _)| i).collect()
    }

    /// The taken pairs, sorted.
    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let taken = (0..self.net.taken.len()).filter(|&e| self.net.taken[e]);
        taken
            .map(|e| Pair {
                paper: self.net.paper_of(self.net.row[e]),
                judge: self.net.judge[e],
            })
            .collect()
    }

    /// Makes room for pairs that later flows will ask for.
    pub(crate) fn include(&mut self, positions: &[u32]) {
        if positions
            .iter()
            .all(|i| self.chosen.binary_search(i).is_ok())
        {
            return;
        }
        let taken = self.taken();
        candidates::add(&mut self.chosen, positions);
        let mut net = Network::over(self.instance, &self.net.costs, &self.chosen);
        net.judge_price = self.net.judge_prices();
        net.mark(&self.chosen, &taken);
        self.search = Search::new(&net);
        self.net = net;
    }

    /// What the weights, less the costs of balance, of no assignment as full as
    /// this one exceed. Pairs found to be worth taking become candidates.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(crate) fn bound(&mut self, weight: impl Fn(u32, usize) -> i64) -> i128 {
        let (papers, judges) = (self.net.paper_prices(), self.net.judge_prices());
        let lock = self.net.costs.lock();
        let mut bound = 0i128;
        let (mut missing, mut row) = (Vec::new(), Vec::new());
        let mut at = 0;
        for (p, (&price, &demand)) in (0u32..).zip(papers.iter().zip(&self.net.demand)) {
            bound += i128::from(demand) * i128::from(price);
            row.clear();
            let instance = self.instance;
            self.net
                .each_gain(instance, &judges, p, &weight, |i, gain| {
                    if instance.is_locked(i) {
                        bound += i128::from(gain + lock);
                    } else if gain > 0 {
                        bound += i128::from(gain);
                        while self.chosen.get(at).is_some_and(|&c| (c as usize) < i) {
                            at += 1;
                        }
                        if self.chosen.get(at) != Some(&(i as u32)) {
                            row.push((gain, i as u32));
                        }
                    }
                });
            row.sort_unstable_by(|x, y| y.cmp(x));
            missing.extend(row.iter().take(ADDED).map(|r| r.1));
        }
        let loads = judges.iter().enumerate();
        bound += loads
            .map(|(j, &b)| self.net.costs.best_profit(j, b))
            .sum::<i128>();
        bound += self.net.row_profits() - self.rewards();
        self.include(&missing);
        bound
    }

    /// What the objective holds beside weights and balance: minima met, places open, locks,
    /// panels that have whom they should.
    fn rewards(&self) -> i128 {
        let net = &self.net;
        let met = net
            .held
            .iter()
            .zip(&net.costs.load)
            .map(|(h, l)| h.len().min(l.min as usize));
        let met = i128::try_from(met.sum::<usize>()).unwrap_or(i128::MAX);
        let open: i128 = net.open.iter().map(|&o| i128::from(o)).sum();
        let locked = i128::try_from(self.instance.locked().len()).unwrap_or(i128::MAX);
        let panels = i128::try_from(net.rules_met()).unwrap_or(i128::MAX);
        (met - open) * i128::from(net.costs.penalty)
            + locked * i128::from(net.costs.lock())
            + panels * i128::from(net.costs.breach)
    }
}
