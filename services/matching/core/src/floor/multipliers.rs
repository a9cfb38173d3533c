//! Lagrange multipliers on the floors (Held and Karp, 1971): each round is one
//! max-total flow in which a paper below the floor counts more than before.

use super::{MOST, Task, UNIT, shortfall};
use crate::instance::Pair;

const ROUNDS: i64 = 40;

impl Task<'_> {
    /// The round's pairs that fall least short of the floor, or the first that
    /// are `enough`; bounds on the way.
    pub(super) fn multipliers(
        &mut self,
        plain: &[Pair],
        mut enough: impl FnMut(&Self, &[Pair]) -> bool,
    ) -> Vec<Pair> {
        let mut extra = vec![0i64; self.instance.papers()];
        let mut best: Option<(i64, Vec<Pair>)> = None;
        for round in 0..ROUNDS {
            let scores = self.instance.scores_at();
            let weight = |p: u32, i: usize| i64::from(scores[i]) * (UNIT + extra[p as usize]);
            self.flow.solve(weight);
            let sums = self.sums();
            let short = shortfall(&sums, self.floor);
            if best.as_ref().is_none_or(|b| short < b.0) {
                best = Some((short, self.flow.pairs()));
            }
            let enough = enough(self, &self.flow.pairs());
            let whole = self.flow.bound(weight);
            self.tighten(whole, &extra);
            if short == 0 || enough {
                break;
            }
            for (lambda, &sum) in extra.iter_mut().zip(&sums) {
                // 2 / (1 + round / 15) for each unit of score below the floor.
                let step = (self.floor - sum) * UNIT / 1_000_000 * 30 / (15 + round);
                *lambda = (*lambda + step).clamp(0, (MOST - 1) * UNIT);
            }
        }
        best.map_or_else(|| plain.to_vec(), |b| b.1)
    }

    fn sums(&self) -> Vec<i64> {
        let mut sums = vec![0; self.instance.papers()];
        for pair in self.flow.pairs() {
            sums[pair.paper as usize] += self.instance.score(pair).unwrap_or(0);
        }
        sums
    }

    /// What a bound on the weighted total says of the worst paper and of the total.
    fn tighten(&mut self, whole: i128, extra: &[i64]) {
        let lambda: i128 = extra.iter().map(|&l| i128::from(l)).sum();
        let weights = lambda + i128::from(UNIT) * extra.len() as i128;
        if self.costs.balance == 0 && weights > 0 {
            let worst = i64::try_from(whole.div_euclid(weights)).unwrap_or(i64::MAX);
            self.bounds.worst = self.bounds.worst.min(worst);
        }
        let total = (whole - lambda * i128::from(self.floor)).div_euclid(i128::from(UNIT));
        self.bounds.total = self.bounds.total.min(total);
    }
}
