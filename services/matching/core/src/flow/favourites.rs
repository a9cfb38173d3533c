//! A paper's best judges at prices that only rise: a few are kept at hand, and
//! the whole row is looked through again only when all the others might be
//! better.

use crate::instance::Instance;

/// Judges kept at hand for each paper beyond its demand.
const KEPT: usize = 12;

/// A paper's best judge, and what the next one is worth at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Favourite {
    pub(super) judge: u32,
    pub(super) value: i64,
    pub(super) second: i64,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    weight: i64,
    judge: u32,
}

pub(super) struct Favourites<'a, W> {
    instance: &'a Instance,
    weight: &'a W,
    /// `KEPT` and the demand for each paper, from `start[p]` on.
    kept: Vec<Entry>,
    start: Vec<u32>,
    /// How many of them there are now.
    many: Vec<u32>,
    /// What no other judge of the paper is worth more than.
    rest: Vec<i64>,
    row: Vec<(i64, Entry)>,
    /// Papers and weights by judge; made when first needed.
    by_judge: Vec<(u32, i64)>,
    by_judge_start: Vec<u32>,
}

impl<'a, W: Fn(u32, usize) -> i64> Favourites<'a, W> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(super) fn of(instance: &'a Instance, weight: &'a W) -> Self {
        let mut start = Vec::with_capacity(instance.papers() + 1);
        let mut end = 0;
        for (p, &demand) in (0..).zip(instance.demand()) {
            start.push(end as u32);
            end += instance.pairs_of(p).len().min(KEPT + demand as usize);
        }
        start.push(end as u32);
        let none = Entry {
            weight: 0,
            judge: u32::MAX,
        };
        Self {
            instance,
            weight,
            kept: vec![none; end],
            start,
            many: vec![0; instance.papers()],
            rest: vec![i64::MAX; instance.papers()],
            row: Vec::new(),
            by_judge: Vec::new(),
            by_judge_start: Vec::new(),
        }
    }

    /// Prices fell, by at most so much.
    pub(super) fn all_fell(&mut self, by: i64) {
        for rest in &mut self.rest {
            *rest = if *rest == i64::MIN {
                i64::MIN
            } else {
                rest.saturating_add(by)
            };
        }
    }

    /// A judge's price fell to `price`.
    pub(super) fn fell(&mut self, judge: u32, price: i64) {
        let j = judge as usize;
        let range = self.by_judge_start[j] as usize..self.by_judge_start[j + 1] as usize;
        for &(paper, weight) in &self.by_judge[range] {
            let rest = &mut self.rest[paper as usize];
            if *rest != i64::MIN {
                *rest = (weight - price).max(*rest);
            }
        }
    }

    /// The best judge of a paper among those that are `free` for it.
    #[inline]
    pub(super) fn best(
        &mut self,
        paper: u32,
        price: &[i64],
        free: impl Fn(u32) -> bool,
    ) -> Option<Favourite> {
        let p = paper as usize;
        let found = self.at_hand(p, price, &free);
        if found.judge != u32::MAX && found.value >= self.rest[p] {
            return Some(found);
        }
        if self.rest[p] == i64::MIN {
            return Some(found).filter(|f| f.judge != u32::MAX);
        }
        self.look_through(paper, price);
        let found = self.at_hand(p, price, &free);
        Some(found).filter(|f| f.judge != u32::MAX)
    }

    #[inline]
    fn at_hand(&self, p: usize, price: &[i64], free: &impl Fn(u32) -> bool) -> Favourite {
        let from = self.start[p] as usize;
        let (mut value, mut second, mut judge) = (i64::MIN, self.rest[p], u32::MAX);
        for e in &self.kept[from..from + self.many[p] as usize] {
            let v = e.weight - price[e.judge as usize];
            if v > value {
                if free(e.judge) {
                    second = second.max(value);
                    (value, judge) = (v, e.judge);
                }
            } else if v > second && free(e.judge) {
                second = v;
            }
        }
        Favourite {
            judge,
            value,
            second,
        }
    }

    /// Looks through the whole row.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    fn look_through(&mut self, paper: u32, price: &[i64]) {
        let p = paper as usize;
        let (from, to) = (self.start[p] as usize, self.start[p + 1] as usize);
        let most = to - from;
        self.row.clear();
        for i in self.instance.pairs_of(paper) {
            let judge = self.instance.judges_at()[i];
            let weight = (self.weight)(paper, i);
            self.row
                .push((weight - price[judge as usize], Entry { weight, judge }));
        }
        self.rest[p] = i64::MIN;
        if self.row.len() > most {
            let order =
                |x: &(i64, Entry), y: &(i64, Entry)| (y.0, y.1.judge).cmp(&(x.0, x.1.judge));
            let (_, next, _) = self.row.select_nth_unstable_by(most, order);
            self.rest[p] = next.0;
            self.row.truncate(most);
        }
        self.many[p] = self.row.len() as u32;
        for (kept, (_, entry)) in self.kept[from..].iter_mut().zip(&self.row) {
            *kept = *entry;
        }
    }

    /// Papers and weights of a judge's pairs.
    pub(super) fn of_judge(&self, judge: u32) -> &[(u32, i64)] {
        let j = judge as usize;
        let range = self.by_judge_start[j] as usize..self.by_judge_start[j + 1] as usize;
        &self.by_judge[range]
    }

    /// Sorts the pairs by judge (a counting sort).
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(super) fn sort_by_judge(&mut self) {
        if !self.by_judge_start.is_empty() {
            return;
        }
        let judges = self.instance.judges_at();
        let mut start = vec![0u32; self.instance.judges() + 1];
        for &j in judges {
            start[j as usize + 1] += 1;
        }
        for j in 1..start.len() {
            start[j] += start[j - 1];
        }
        let mut filled = start.clone();
        self.by_judge = vec![(0, 0); judges.len()];
        for paper in 0..self.instance.papers() as u32 {
            for i in self.instance.pairs_of(paper) {
                let at = &mut filled[judges[i] as usize];
                self.by_judge[*at as usize] = (paper, (self.weight)(paper, i));
                *at += 1;
            }
        }
        self.by_judge_start = start;
    }
}
