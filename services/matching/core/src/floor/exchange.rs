//! Repair and polish: single moves and swaps, then rounds in which every paper
//! gives up one place and all those places are assigned anew at once.
//!
//! With one place open, what a paper ends up with depends on a single pair,
//! so the floor is a property of pairs and the round is again a plain
//! max-total flow, solved exactly (a very large neighbourhood; Ahuja, Ergun,
//! Orlin and Punnen, 2002). No round makes things worse.

use super::nearby::Nearby;
use super::{Task, UNIT, shortfall, shuffled};
use crate::flow::scramble;
use crate::instance::Pair;
use crate::panel::{PanelRule, cost_of_panel};
use crate::swaps::Table;

/// What a micro-unit below the floor costs; the second where the first has
/// brought all it can and papers are still below.
const PRESS: [i64; 2] = [50, 250];
const ROUNDS: u64 = 60;
/// Rounds without gain after which to stop.
const PATIENCE: u64 = 9;

/// What a paper's sum is worth.
fn worth(sum: i64, floor: i64, press: i64) -> i64 {
    sum - press * (floor - sum).max(0)
}

impl<'a> Task<'a> {
    /// Single steps alone, from the largest total or else from the first round
    /// of multipliers where they suffice: enough where few papers lie below the
    /// floor and few panels lack somebody. An error holds where to go on from.
    pub(super) fn single_steps(&mut self, plain: &[Pair]) -> Result<Vec<Pair>, Vec<Pair>> {
        let near = Nearby::of(self.instance, plain, &self.prices);
        let mut pairs = plain.to_vec();
        let mut table = self.repaired(&pairs);
        if table.is_none() && self.floor > i64::MIN {
            pairs = self.multipliers(plain, |task, pairs| {
                table = task.repaired(pairs);
                table.is_some()
            });
        }
        let Some(mut table) = table else {
            return Err(pairs);
        };
        let order: Vec<u32> = shuffled(self.instance.papers(), self.seed);
        let joining = |p: u32| near.of_paper(p).iter().map(|&i| i as usize);
        polish(&mut table, self.floor, &order, joining);
        Ok(table.pairs())
    }

    /// The pairs repaired by single steps, where that brings every paper to
    /// the floor and to its rules.
    fn repaired(&self, pairs: &[Pair]) -> Option<Table<'a>> {
        let mut table = Table::new(self.instance, self.costs, pairs);
        repair(&mut table, self.floor);
        #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
        let mut papers = 0..self.instance.papers() as u32;
        let met = |p: u32| table.sums[p as usize] >= self.floor && !table.breaks(p);
        papers.all(met).then_some(table)
    }

    /// Repairs and polishes `start`.
    pub(super) fn exchange(&mut self, start: &[Pair]) -> Vec<Pair> {
        let mut table = Table::new(self.instance, self.costs, start);
        repair(&mut table, self.floor);
        let order: Vec<u32> = shuffled(self.instance.papers(), self.seed);
        let all = |p: u32| self.instance.pairs_of(p);
        polish(&mut table, self.floor, &order, all);
        let mut pairs = table.pairs();
        for press in PRESS {
            let mut value = self.value(&pairs, press);
            let mut idle = 0;
            for round in 0..ROUNDS {
                let next = self.open_one_place_each(&pairs, press, round);
                let next_value = self.value(&next, press);
                if next_value > value {
                    (pairs, value) = (next, next_value);
                    idle = 0;
                } else {
                    idle += 1;
                    if idle == PATIENCE {
                        break;
                    }
                }
            }
            let sums = Table::new(self.instance, self.costs, &pairs).sums;
            if shortfall(&sums, self.floor) == 0 {
                break;
            }
        }
        pairs
    }

    /// What pairs are worth: sums pressed up to the floor, less the costs of
    /// balance and of panel rules.
    fn value(&self, pairs: &[Pair], press: i64) -> i128 {
        let rules = self.instance.panel_rules();
        self.value_by(rules, self.costs.breach, pairs, press)
    }

    /// What the largest total leaves, less the costs of balance and of the first rule.
    pub(super) fn value_of_plain(&self, plain: &[Pair]) -> i128 {
        let first = self.instance.panel_rules().get(..1).unwrap_or_default();
        self.value_by(first, 0, plain, 0)
    }

    fn value_by(&self, rules: &[PanelRule], breach: i64, pairs: &[Pair], press: i64) -> i128 {
        let mut loads = vec![0i128; self.instance.judges()];
        let mut sums = vec![0; self.instance.papers()];
        for &pair in pairs {
            loads[pair.judge as usize] += 1;
            sums[pair.paper as usize] += self.instance.score(pair).unwrap_or(0);
        }
        let beyond = self.costs.beyond();
        let panels = pairs.chunk_by(|a, b| a.paper == b.paper);
        let panels: i128 = panels
            .map(|panel| i128::from(cost_of_panel(rules, panel, breach, beyond)))
            .sum();
        let balance = i128::from(self.costs.balance);
        let cost: i128 = loads.iter().map(|k| k * (k + 1) / 2 * balance).sum();
        sums.iter()
            .map(|&s| i128::from(worth(s, self.floor, press)))
            .sum::<i128>()
            - cost
            - panels
    }

    fn open_one_place_each(&mut self, pairs: &[Pair], press: i64, round: u64) -> Vec<Pair> {
        let instance = self.instance;
        let mut keep = vec![false; instance.pair_count()];
        let mut kept_sum = vec![0i64; instance.papers()];
        let mut from = 0;
        while from < pairs.len() {
            let paper = pairs[from].paper;
            let group = pairs[from..]
                .iter()
                .take_while(|p| p.paper == paper)
                .count();
            let lot = scramble(self.seed ^ round, u64::from(paper)) >> 33;
            let opened = usize::try_from(lot).unwrap_or(0) % group;
            for (k, &pair) in pairs[from..from + group].iter().enumerate() {
                if let Some(i) = instance.find(pair)
                    && k != opened
                {
                    keep[i] = true;
                    kept_sum[paper as usize] += instance.at(i).1;
                }
            }
            from += group;
        }
        #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
        let positions: Vec<u32> = pairs
            .iter()
            .filter_map(|&p| instance.find(p))
            .map(|i| i as u32)
            .collect();
        self.flow.include(&positions);
        let lock = self.flow.lock() / 2;
        let floor = self.floor;
        // The first rule is a layer of the flow; the others, with one place
        // open, are a property of the judge who takes it.
        let others = instance.panel_rules().get(1..).unwrap_or_default();
        let (breach, beyond) = (self.costs.breach, self.costs.beyond());
        let mut kept_pairs = Vec::new();
        if !others.is_empty() {
            let still = |q: &&Pair| instance.find(**q).is_some_and(|i| keep[i]);
            kept_pairs.extend(pairs.iter().filter(still).copied());
        }
        let beside = by_paper(&kept_pairs, instance.papers());
        self.flow.solve(|p, i| {
            let score = i64::from(instance.scores_at()[i]);
            if keep[i] {
                score * UNIT + lock
            } else {
                let kept = kept_sum[p as usize];
                let judge = instance.judges_at()[i];
                let joins = |r: &PanelRule| {
                    let range = beside[p as usize]..beside[p as usize + 1];
                    let judges = kept_pairs[range].iter().map(|q| q.judge);
                    r.cost_of(judge, judges, breach, beyond)
                };
                let panel: i64 = others.iter().map(joins).sum();
                (worth(kept + score, floor, press) - worth(kept, floor, press) - panel) * UNIT
            }
        });
        self.flow.pairs()
    }
}

/// Where each paper's pairs begin among sorted pairs, and their number at the end.
fn by_paper(pairs: &[Pair], papers: usize) -> Vec<usize> {
    let mut start = vec![0; papers + 1];
    for pair in pairs {
        start[pair.paper as usize + 1] += 1;
    }
    for p in 0..papers {
        start[p + 1] += start[p];
    }
    start
}

/// Lowers the shortfall, the worst paper first.
fn repair(table: &mut Table<'_>, floor: i64) {
    let press = |_: u32, sum: i64| Some(worth(sum, floor, PRESS[0]));
    for _ in 0..table.sums.len().saturating_mul(20) {
        let mut low: Vec<u32> = (0..)
            .zip(&table.sums)
            .filter(|&(p, s)| *s < floor || table.breaks(p))
            .map(|(p, _)| p)
            .collect();
        low.sort_unstable_by_key(|&p| (table.sums[p as usize], p));
        let step = low.iter().find_map(|&p| {
            let step = table.best_of_paper(p, &press)?;
            (step.gain > 0).then_some((p, step))
        });
        match step {
            Some((paper, step)) => {
                table.make(paper, step);
            }
            None => return,
        }
    }
}

/// Raises the total by steps that bring a judge of the pairs at the positions
/// of `joining`; no paper falls below the floor, or below the worst as it is.
fn polish<I: Iterator<Item = usize>>(
    table: &mut Table<'_>,
    floor: i64,
    order: &[u32],
    joining: impl Fn(u32) -> I,
) {
    let mut changed = true;
    while changed {
        changed = false;
        let worst = table.sums.iter().copied().min().unwrap_or(0);
        let least = floor.min(worst);
        let keep = |_: u32, sum: i64| (sum >= least).then_some(sum);
        for &paper in order {
            for place in 0..table.judges_of[paper as usize].len() {
                if let Some(step) = table.best_step(paper, place, joining(paper), &keep)
                    && step.gain > 0
                {
                    table.make(paper, step);
                    changed = true;
                }
            }
        }
    }
}
