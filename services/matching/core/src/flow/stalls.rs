//! The state of an auction: who holds which place at which bid, seen from the
//! judges and from the papers.

use crate::instance::{Instance, Pair};
use crate::objective::LoadCosts;

/// A judge's place and who holds it at which bid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Bid {
    price: i64,
    paper: u32,
}

/// What a paper has at the moment: a judge and what the pair weighs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Has {
    pub(super) judge: u32,
    pub(super) weight: i64,
}

/// Short lists side by side in one piece of memory.
#[derive(Debug)]
struct Lists<T> {
    start: Vec<u32>,
    many: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy + Default> Lists<T> {
    /// Lists that hold at most so many each.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn of(most: impl Iterator<Item = usize>) -> Self {
        let mut start = vec![0];
        let mut end = 0;
        for most in most {
            end += most;
            start.push(end as u32);
        }
        Self {
            many: vec![0; start.len() - 1],
            items: vec![T::default(); end],
            start,
        }
    }

    #[inline]
    fn get(&self, list: u32) -> &[T] {
        let from = self.start[list as usize] as usize;
        &self.items[from..from + self.many[list as usize] as usize]
    }

    #[inline]
    fn has_room(&self, list: u32) -> bool {
        let l = list as usize;
        self.start[l] + self.many[l] < self.start[l + 1]
    }

    fn push(&mut self, list: u32, item: T) {
        let l = list as usize;
        self.items[(self.start[l] + self.many[l]) as usize] = item;
        self.many[l] += 1;
    }

    /// Takes an item out; the last one moves to its place.
    fn take(&mut self, list: u32, k: usize) -> T {
        let l = list as usize;
        self.many[l] -= 1;
        let from = self.start[l] as usize;
        let moved = self.items[from + self.many[l] as usize];
        std::mem::replace(&mut self.items[from + k], moved)
    }
}

pub(super) struct Stalls {
    bids: Lists<Bid>,
    has: Lists<Has>,
}

impl Stalls {
    pub(super) fn of(instance: &Instance, costs: &LoadCosts) -> Self {
        let mut pairs = vec![0usize; instance.judges()];
        for &judge in instance.judges_at() {
            pairs[judge as usize] += 1;
        }
        let places = costs.load.iter().map(|l| l.max as usize);
        let wants = (0u32..).zip(instance.demand());
        Self {
            bids: Lists::of(places.zip(pairs).map(|(places, pairs)| places.min(pairs))),
            has: Lists::of(wants.map(|(p, &d)| (d as usize).min(instance.pairs_of(p).len()))),
        }
    }

    /// Nobody holds anything.
    pub(super) fn clear(&mut self) {
        self.bids.many.fill(0);
        self.has.many.fill(0);
    }

    #[inline]
    pub(super) fn wants(&self, paper: u32) -> bool {
        self.has.has_room(paper)
    }

    #[inline]
    pub(super) fn of_paper(&self, paper: u32) -> &[Has] {
        self.has.get(paper)
    }

    #[inline]
    pub(super) fn has_room(&self, judge: u32) -> bool {
        self.bids.has_room(judge)
    }

    /// The lowest bid at a judge without places left.
    pub(super) fn lowest(&self, judge: u32) -> Option<i64> {
        let full = !self.bids.has_room(judge);
        full.then(|| self.bids.get(judge).iter().map(|b| b.price).min())?
    }

    /// Gives a place to a paper; returns the paper that loses it, if none is left.
    pub(super) fn sell(
        &mut self,
        judge: u32,
        (paper, weight): (u32, i64),
        price: i64,
    ) -> Option<u32> {
        let mut loser = None;
        if !self.bids.has_room(judge) {
            let bids = self.bids.get(judge);
            let lowest = (0..bids.len()).min_by_key(|&k| bids[k])?;
            let out = self.bids.take(judge, lowest).paper;
            let place = self.has.get(out).iter().position(|h| h.judge == judge);
            if let Some(k) = place {
                self.has.take(out, k);
            }
            loser = Some(out);
        }
        self.bids.push(judge, Bid { price, paper });
        self.has.push(paper, Has { judge, weight });
        loser
    }

    /// Positions of the pairs that are held, sorted.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(super) fn positions(&self, instance: &Instance) -> Vec<u32> {
        let papers = 0..instance.papers() as u32;
        let pairs = papers.flat_map(|paper| {
            let has = self.has.get(paper).iter();
            has.filter_map(move |h| {
                let judge = h.judge;
                instance.find(Pair { paper, judge }).map(|i| i as u32)
            })
        });
        let mut positions: Vec<u32> = pairs.collect();
        positions.sort_unstable();
        positions
    }

    /// A paper gives up the judge that is worth least to it; returns that judge.
    pub(super) fn leave_worst(&mut self, paper: u32, price: &[i64]) -> Option<u32> {
        let has = self.has.get(paper);
        let value = |k: &usize| has[*k].weight - price[has[*k].judge as usize];
        let worst = (0..has.len()).min_by_key(value)?;
        let judge = self.has.take(paper, worst).judge;
        let place = self.bids.get(judge).iter().position(|b| b.paper == paper)?;
        self.bids.take(judge, place);
        Some(judge)
    }
}
