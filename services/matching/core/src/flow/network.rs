//! The flow network and its state: which pairs are taken, at which prices.
//!
//! Nodes are the papers, the judges and one sink. A paper reaches the sink
//! through its judges or, at the penalty, through the dummy judge. The state
//! keeps every arc's reduced cost in order ("taken" at no loss, "free" at no
//! gain); what may be out of order is the balance of nodes, which
//! [`super::search`] repairs. So any judge prices make a start, good ones a
//! short way (Ahuja, Magnanti and Orlin, *Network Flows*, 1993, §9.7: the
//! primal-dual view of successive shortest paths).

use crate::instance::Instance;
use crate::objective::LoadCosts;

/// A taken pair as its judge sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) paper: u32,
    pub(crate) edge: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) costs: LoadCosts,
    pub(crate) demand: Vec<u32>,
    /// Edges of paper p are `start[p]..start[p + 1]`.
    pub(crate) start: Vec<u32>,
    pub(crate) judge: Vec<u32>,
    pub(crate) paper: Vec<u32>,
    pub(crate) weight: Vec<i64>,
    pub(crate) taken: Vec<bool>,
    /// Places of a paper given to the dummy judge.
    pub(crate) open: Vec<u32>,
    pub(crate) held: Vec<Vec<Held>>,
    /// What each judge sends to the sink; equals what it holds once balanced.
    pub(crate) level: Vec<u32>,
    pub(crate) paper_price: Vec<i64>,
    pub(crate) judge_price: Vec<i64>,
    pub(crate) sink_price: i64,
    /// Units the sink has received beyond the demand of all papers.
    pub(crate) sink_surplus: i64,
}

impl Network {
    /// A network with these edges, given paper by paper as (judge, weight).
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(crate) fn new(
        demand: &[u32],
        costs: LoadCosts,
        edges_of: impl Fn(u32, &mut Vec<(u32, i64)>),
    ) -> Self {
        let judges = costs.load.len();
        let mut start = Vec::with_capacity(demand.len() + 1);
        let (mut judge, mut paper, mut weight) = (Vec::new(), Vec::new(), Vec::new());
        let mut row = Vec::new();
        start.push(0);
        for p in 0..demand.len() as u32 {
            row.clear();
            edges_of(p, &mut row);
            for &(j, w) in &row {
                judge.push(j);
                paper.push(p);
                weight.push(w);
            }
            start.push(judge.len() as u32);
        }
        Self {
            demand: demand.to_vec(),
            taken: vec![false; judge.len()],
            open: vec![0; demand.len()],
            held: vec![Vec::new(); judges],
            level: vec![0; judges],
            paper_price: vec![0; demand.len()],
            judge_price: vec![0; judges],
            sink_price: 0,
            sink_surplus: 0,
            costs,
            start,
            judge,
            paper,
            weight,
        }
    }

    /// A network of the pairs at the `chosen` positions, which are sorted; no weights yet.
    pub(crate) fn over(instance: &Instance, costs: &LoadCosts, chosen: &[u32]) -> Self {
        let next = std::cell::Cell::new(0);
        Self::new(instance.demand(), costs.clone(), |paper, row| {
            let end = instance.pairs_of(paper).end;
            let mut at = next.get();
            while at < chosen.len() && (chosen[at] as usize) < end {
                let i = chosen[at] as usize;
                row.push((instance.judges_at()[i], 0));
                at += 1;
            }
            next.set(at);
        })
    }

    /// Marks the pairs taken before, so that they win ties. Both lists are sorted positions.
    pub(crate) fn mark(&mut self, chosen: &[u32], taken: &[u32]) {
        for i in taken {
            if let Ok(e) = chosen.binary_search(i) {
                self.taken[e] = true;
            }
        }
    }

    pub(crate) fn edges(&self, paper: usize) -> std::ops::Range<usize> {
        self.start[paper] as usize..self.start[paper + 1] as usize
    }

    /// Takes for every paper what it likes best at the judges' prices, and
    /// puts every arc in order. Prices may be anything; pairs taken before win ties.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(crate) fn settle(&mut self) {
        for held in &mut self.held {
            held.clear();
        }
        if self.sink_price != 0 {
            for b in &mut self.judge_price {
                *b -= self.sink_price;
            }
            self.sink_price = 0;
        }
        let mut liked: Vec<(i64, bool, u32)> = Vec::new();
        for p in 0..self.demand.len() {
            liked.clear();
            let floor = -self.costs.penalty;
            for e in self.edges(p) {
                let value = self.weight[e] - self.judge_price[self.judge[e] as usize];
                let was = std::mem::replace(&mut self.taken[e], false);
                if value > floor {
                    liked.push((value, was, e as u32));
                }
            }
            let wanted = self.demand[p] as usize;
            let order =
                |x: &(i64, bool, u32), y: &(i64, bool, u32)| (y.0, y.1, x.2).cmp(&(x.0, x.1, y.2));
            let next = if liked.len() > wanted {
                let (_, next, _) = liked.select_nth_unstable_by(wanted, order);
                next.0
            } else {
                floor
            };
            self.paper_price[p] = next;
            let got = liked.len().min(wanted);
            self.open[p] = (wanted - got) as u32;
            for &(_, _, e) in &liked[..got] {
                self.taken[e as usize] = true;
                let judge = self.judge[e as usize] as usize;
                self.held[judge].push(Held {
                    paper: p as u32,
                    edge: e,
                });
            }
        }
        self.set_levels();
    }

    /// Sets every judge's level as near to what it holds as its price allows.
    fn set_levels(&mut self) {
        let mut sent: i64 = self.open.iter().map(|&o| i64::from(o)).sum();
        for j in 0..self.held.len() {
            let price = self.judge_price[j];
            let max = self.costs.load[j].max;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "an instance counts in 32 bits"
            )]
            let mut level = (self.held[j].len() as u32).min(max);
            while level > 0 && self.costs.marginal(j, level).is_some_and(|m| m > price) {
                level -= 1;
            }
            while self.costs.marginal(j, level + 1).is_some_and(|m| m < price) {
                level += 1;
            }
            self.level[j] = level;
            sent += i64::from(level);
        }
        self.sink_surplus = sent - self.demand.iter().map(|&d| i64::from(d)).sum::<i64>();
    }

    /// Judge prices relative to the sink's.
    pub(crate) fn judge_prices(&self) -> Vec<i64> {
        self.judge_price
            .iter()
            .map(|b| b - self.sink_price)
            .collect()
    }

    /// Paper prices relative to the sink's.
    pub(crate) fn paper_prices(&self) -> Vec<i64> {
        self.paper_price
            .iter()
            .map(|a| a + self.sink_price)
            .collect()
    }
}
