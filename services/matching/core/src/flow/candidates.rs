//! Which pairs to try first: the best of each paper, and the best few of each
//! judge, so that no judge is out of reach at the start.
//!
//! Among equal scores a hash decides, not the position: with bids of four
//! levels everyone would otherwise queue for the same judges.

use std::cmp::Ordering;

use crate::instance::Instance;
use crate::objective::Duals;

/// A fixed scramble of a pair (the finaliser of SplitMix64; Steele et al., 2014).
#[inline]
pub(crate) fn scramble(a: u64, b: u64) -> u64 {
    let mut x = a.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ b.wrapping_add(0x632B_E59B_D9B4_E019);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A pair as a candidate; equal weights are ordered by the scramble.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    weight: i64,
    paper: u32,
    judge: u32,
    position: u32,
}

impl Candidate {
    fn order(&self, other: &Self) -> Ordering {
        let lot = |c: &Self| scramble(u64::from(c.paper), u64::from(c.judge));
        self.weight
            .cmp(&other.weight)
            .then_with(|| lot(self).cmp(&lot(other)))
    }
}

/// Positions of the first candidates, sorted, for every paper in turn.
///
/// The `per_paper` largest of each paper (and three more for every judge it
/// wants) and the `per_judge` largest of each judge are chosen.
#[expect(
    clippy::cast_possible_truncation,
    reason = "an instance counts in 32 bits"
)]
pub(crate) fn choose(
    instance: &Instance,
    per_paper: usize,
    per_judge: usize,
    weight: impl Fn(u32, usize) -> i64,
) -> Vec<u32> {
    let mut chosen = Vec::with_capacity(instance.papers() * (per_paper + 2));
    let mut row: Vec<Candidate> = Vec::new();
    let mut best: Vec<Vec<Candidate>> = vec![Vec::new(); instance.judges()];
    for paper in 0..instance.papers() as u32 {
        row.clear();
        let more = per_paper + instance.demand()[paper as usize] as usize * 3;
        for i in instance.pairs_of(paper) {
            let judge = instance.judges_at()[i];
            let candidate = Candidate {
                weight: weight(paper, i),
                paper,
                judge,
                position: i as u32,
            };
            row.push(candidate);
            keep_best(&mut best[judge as usize], candidate, per_judge);
        }
        if row.len() > more {
            row.select_nth_unstable_by(more, |x, y| y.order(x));
            row.truncate(more);
        }
        chosen.extend(row.iter().map(|c| c.position));
    }
    chosen.extend(best.iter().flatten().map(|c| c.position));
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// What lies near the prices of a similar problem, and how near the rest lies.
pub(crate) struct Near {
    /// Positions of the pairs within reach of being taken, sorted.
    pub(crate) chosen: Vec<u32>,
    /// Of every paper, the most that a score out of reach exceeds the judge's price by.
    pub(crate) beyond: Vec<i64>,
}

/// Positions of the pairs whose reduced cost is within `reach` of being taken.
#[expect(
    clippy::cast_possible_truncation,
    reason = "an instance counts in 32 bits"
)]
pub(crate) fn near(instance: &Instance, duals: &Duals, reach: i64) -> Near {
    let mut chosen = Vec::with_capacity(instance.papers() * 16);
    let mut beyond = Vec::with_capacity(instance.papers());
    for (p, price) in (0u32..).zip(&duals.paper) {
        let floor = price - reach;
        let mut most = i64::MIN;
        let range = instance.pairs_of(p);
        let pairs = instance.judges_at()[range.clone()]
            .iter()
            .zip(&instance.scores_at()[range.clone()]);
        for (i, (&judge, &score)) in range.zip(pairs) {
            let value = i64::from(score) - duals.judge[judge as usize];
            if value >= floor {
                chosen.push(i as u32);
            } else {
                most = most.max(value);
            }
        }
        beyond.push(most);
    }
    Near { chosen, beyond }
}

/// Merges positions into a sorted list.
pub(crate) fn add(chosen: &mut Vec<u32>, more: &[u32]) {
    let mut more: Vec<u32> = more.to_vec();
    more.sort_unstable();
    more.dedup();
    let mut old = std::mem::take(chosen).into_iter().peekable();
    chosen.reserve(old.len() + more.len());
    for new in more {
        while let Some(before) = old.next_if(|&o| o < new) {
            chosen.push(before);
        }
        old.next_if_eq(&new);
        chosen.push(new);
    }
    chosen.extend(old);
}

/// Keeps the `most` largest; the list is small and, once full, its least is first.
fn keep_best(list: &mut Vec<Candidate>, new: Candidate, most: usize) {
    if list.len() < most {
        list.push(new);
        if list.len() == most {
            list.sort_unstable_by(Candidate::order);
        }
    } else if most > 0 && new.weight >= list[0].weight && new.order(&list[0]).is_gt() {
        let mut i = 0;
        while i + 1 < most && list[i + 1].order(&new).is_lt() {
            list[i] = list[i + 1];
            i += 1;
        }
        list[i] = new;
    }
}
