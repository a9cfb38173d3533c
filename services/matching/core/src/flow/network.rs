//! The flow network and its state: which pairs are taken, at which prices.
//!
//! Nodes are the papers, the judges and one sink. A paper reaches the sink
//! through its judges or, at the penalty, through the dummy judge. A panel
//! rule puts a layer of rows between papers and judges, see [`super::layer`];
//! without one, a row is a paper. The state
//! keeps every arc's reduced cost in order ("taken" at no loss, "free" at no
//! gain); what may be out of order is the balance of nodes, which
//! [`super::search`] repairs. So any judge prices make a start, good ones a
//! short way (Ahuja, Magnanti and Orlin, *Network Flows*, 1993, §9.7: the
//! primal-dual view of successive shortest paths).

use super::layer::Layer;
use crate::instance::Instance;
use crate::objective::LoadCosts;

/// A taken pair as its judge sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) row: u32,
    pub(crate) edge: u32,
}

/// Papers that want fewer judges than this keep their favourites in order.
const FEW: usize = 8;

#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) costs: LoadCosts,
    pub(crate) demand: Vec<u32>,
    /// Edges of row r are `start[r]..start[r + 1]`.
    pub(crate) start: Vec<u32>,
    pub(crate) judge: Vec<u32>,
    pub(crate) row: Vec<u32>,
    pub(crate) weight: Vec<i64>,
    pub(crate) taken: Vec<bool>,
    /// Places of a paper given to the dummy judge.
    pub(crate) open: Vec<u32>,
    pub(crate) held: Vec<Vec<Held>>,
    /// What each judge sends to the sink; equals what it holds once balanced.
    pub(crate) level: Vec<u32>,
    pub(crate) row_price: Vec<i64>,
    pub(crate) judge_price: Vec<i64>,
    pub(crate) sink_price: i64,
    /// Units the sink has received beyond the demand of all papers.
    pub(crate) sink_surplus: i64,
    /// Papers and their rows, where a panel rule sets them apart.
    pub(crate) layer: Option<Layer>,
}

impl Network {
    /// A network of the pairs at the `chosen` positions, which are sorted; no
    /// weights yet. With a panel rule the judges are sorted by their group.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(crate) fn over(instance: &Instance, costs: &LoadCosts, chosen: &[u32]) -> Self {
        let papers = instance.papers();
        let rule = instance.panel_rules().first();
        let (mut start, mut rows) = (Vec::with_capacity(papers + 1), vec![0]);
        let (mut paper, mut group) = (Vec::new(), Vec::new());
        let mut row = Vec::with_capacity(chosen.len());
        let mut at = 0;
        for p in 0..papers as u32 {
            let end = instance.pairs_of(p).end;
            if rule.is_none() {
                start.push(at as u32);
            }
            while at < chosen.len() && (chosen[at] as usize) < end {
                if let Some(rule) = rule {
                    let of = rule.group_of(instance.judges_at()[chosen[at] as usize]);
                    if rows.last() == Some(&(group.len() as u32)) || group.last() != Some(&of) {
                        start.push(at as u32);
                        paper.push(p);
                        group.push(of);
                    }
                }
                row.push(start.len() as u32 - 1);
                at += 1;
            }
            rows.push(group.len() as u32);
        }
        start.push(at as u32);
        let judges = costs.load.len();
        Self {
            demand: instance.demand().to_vec(),
            taken: vec![false; chosen.len()],
            open: vec![0; papers],
            held: vec![Vec::new(); judges],
            level: vec![0; judges],
            row_price: vec![0; start.len() - 1],
            judge_price: vec![0; judges],
            sink_price: 0,
            sink_surplus: 0,
            costs: costs.clone(),
            judge: chosen
                .iter()
                .map(|&i| instance.judges_at()[i as usize])
                .collect(),
            weight: vec![0; chosen.len()],
            layer: rule.map(|_| Layer {
                rows,
                level: vec![0; group.len()],
                price: vec![0; papers],
                paper,
                group,
                limits: None,
            }),
            row,
            start,
        }
    }

    /// Marks the pairs taken before, so that they win ties. Both lists are sorted positions.
    pub(crate) fn mark(&mut self, chosen: &[u32], taken: &[u32]) {
        let mut rest = taken.iter().peekable();
        for (i, mark) in chosen.iter().zip(&mut self.taken) {
            while rest.next_if(|&t| t < i).is_some() {}
            *mark |= rest.next_if_eq(&i).is_some();
        }
    }

    #[inline]
    pub(crate) fn edges(&self, row: usize) -> std::ops::Range<usize> {
        self.start[row] as usize..self.start[row + 1] as usize
    }

    /// Takes for every paper what it likes best at the judges' prices, and
    /// puts every arc in order. Prices may be anything; pairs taken before win ties.
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
        if let Some(mut layer) = self.layer.take() {
            self.settle_rows(&mut layer);
            self.layer = Some(layer);
        } else {
            self.settle_papers();
        }
        self.set_levels();
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn settle_papers(&mut self) {
        let mut liked = Vec::new();
        for p in 0..self.demand.len() {
            let floor = -self.costs.penalty;
            let wanted = self.demand[p] as usize;
            self.favourites(p, floor, &mut liked);
            let next = liked.get(wanted).map_or(floor, |next| next.0);
            self.row_price[p] = next;
            let got = liked.len().min(wanted);
            self.open[p] = (wanted - got) as u32;
            for &(_, _, e) in &liked[..got] {
                self.taken[e as usize] = true;
                let judge = self.judge[e as usize] as usize;
                self.held[judge].push(Held {
                    row: p as u32,
                    edge: e,
                });
            }
        }
    }

    /// A paper's pairs of value above `floor`, as (value, taken before, edge):
    /// as many as it wants, then the next best, then perhaps others. Pairs
    /// taken before win ties, then earlier ones; none is taken afterwards.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn favourites(&mut self, paper: usize, floor: i64, liked: &mut Vec<(i64, bool, u32)>) {
        liked.clear();
        let wanted = self.demand[paper] as usize;
        let few = wanted < FEW;
        for e in self.edges(paper) {
            let value = self.weight[e] - self.judge_price[self.judge[e] as usize];
            let was = std::mem::replace(&mut self.taken[e], false);
            if value <= floor {
                continue;
            }
            if few && liked.len() > wanted {
                let last = liked[wanted];
                if (value, was) <= (last.0, last.1) {
                    continue;
                }
                liked.truncate(wanted);
            }
            if few {
                let place = liked.partition_point(|l| (l.0, l.1) >= (value, was));
                liked.insert(place, (value, was, e as u32));
            } else {
                liked.push((value, was, e as u32));
            }
        }
        if !few && liked.len() > wanted {
            type Liked = (i64, bool, u32);
            let order = |x: &Liked, y: &Liked| (y.0, y.1, x.2).cmp(&(x.0, x.1, y.2));
            liked.select_nth_unstable_by(wanted, order);
        }
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
        let prices = self.layer.as_ref().map_or(&self.row_price, |l| &l.price);
        prices.iter().map(|a| a + self.sink_price).collect()
    }
}
