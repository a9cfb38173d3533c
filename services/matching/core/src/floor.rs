//! What goes beyond one flow: the fairness floor (no paper's sum of scores
//! below a given value) and panel rules that cut across each other, with the
//! total as large as can be found.
//!
//! The exact problems are NP-hard (Garg, Kavitha, Kumar, Mehlhorn and Mestre,
//! 2010). Three steps, each on the kept network: [`multipliers`] weigh up the
//! papers below the floor; [`exchange`] repairs what is left and raises the
//! total. The multipliers also yield two bounds that no assignment exceeds,
//! so the result says how far from the best it can be.

mod exchange;
mod multipliers;

use crate::assignment::AssignError;
use crate::flow::{Weighted, scramble};
use crate::instance::{Instance, Pair};
use crate::objective::{LoadCosts, Rules};
use crate::panel::Limit;
use crate::swaps::{Prices, Table};

/// How a floor was met and what is out of reach for anyone, in micro-units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct FloorReport {
    /// The floor that was asked for.
    pub asked: i64,
    /// The worst paper's sum.
    pub reached: i64,
    /// No assignment that is as full gives its worst paper more than this.
    pub reached_bound: i64,
    /// No assignment that meets the floor, and is as full, has a larger total
    /// (less the costs of balance) than this.
    pub total_bound: i64,
}

/// Weights are counted in these parts of a micro-unit.
const UNIT: i64 = 1 << 10;
/// No score counts more than this many times over.
const MOST: i64 = 256;

/// Floors beyond this, up or down, mean the same as this: a million best judges.
const FARTHEST: i64 = 1_000_000 * crate::MAX_SCORE;

/// What the steps share.
struct Task<'a> {
    instance: &'a Instance,
    floor: i64,
    costs: Prices,
    seed: u64,
    flow: Weighted<'a>,
    bounds: Bounds,
}

/// What nobody can exceed.
struct Bounds {
    worst: i64,
    total: i128,
}

/// The pairs with the floor and all panel rules, and the report on the floor,
/// if one is asked for. `plain` and `prices` are the pairs and judge prices of
/// the largest total.
pub(crate) fn with_floor(
    instance: &Instance,
    rules: &Rules,
    (plain, prices): (&[Pair], &[i64]),
) -> Result<(Vec<Pair>, Option<FloorReport>), AssignError> {
    let floor = rules.floor.unwrap_or(i64::MIN).clamp(-FARTHEST, FARTHEST);
    let costs = LoadCosts::gentle(instance, rules.balance)?;
    let breach = costs.breach;
    let costs = costs.scaled(UNIT)?.lifted(MOST + MOST / 4)?;
    let prices: Vec<i64> = prices.iter().map(|&b| costs.scale_price(b, UNIT)).collect();
    let mut task = Task {
        instance,
        floor,
        costs: Prices {
            balance: rules.balance,
            breach,
        },
        seed: rules.seed.unwrap_or(0),
        flow: Weighted::new(instance, &costs, &prices),
        bounds: Bounds {
            worst: best_of_every_paper(instance, plain.len()),
            total: i128::MAX,
        },
    };
    let start = match rules.floor {
        Some(_) => task.multipliers(plain),
        None => plain.to_vec(),
    };
    let pairs = task.exchange(&start);
    let pairs = allowed(instance, pairs);
    let sums = Table::new(instance, task.costs, &pairs).sums;
    let reached = sums.iter().copied().min().unwrap_or(0);
    let report = rules.floor.map(|asked| FloorReport {
        asked,
        reached,
        reached_bound: task.bounds.worst.max(reached),
        total_bound: i64::try_from(task.bounds.total).unwrap_or(i64::MAX),
    });
    Ok((pairs, report))
}

/// The pairs without those that break a rule which is never broken: of too
/// many judges of a group the worst ones leave their places open.
fn allowed(instance: &Instance, mut pairs: Vec<Pair>) -> Vec<Pair> {
    let rules = instance.panel_rules();
    if !rules.iter().any(|r| matches!(r.limit, Limit::AtMost(_))) {
        return pairs;
    }
    let weight = |p: &Pair| {
        let at = instance.find(*p);
        at.map(|i| (instance.is_locked(i), instance.at(i).1))
    };
    pairs.sort_by_cached_key(|p| (p.paper, std::cmp::Reverse(weight(p))));
    let mut kept: Vec<Pair> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let from = kept.partition_point(|k| k.paper < pair.paper);
        let beside = || kept[from..].iter().map(|k| k.judge);
        let fits = rules
            .iter()
            .all(|r| !r.never_broken() || r.cost_of(pair.judge, beside(), 0, 1) == 0);
        if fits {
            kept.push(pair);
        }
    }
    kept.sort_unstable();
    kept
}

/// No paper exceeds the sum of its best judges, so the worst does not exceed the least of these.
/// Where places stay open (`filled` are not), a paper may do without its bad judges.
fn best_of_every_paper(instance: &Instance, filled: usize) -> i64 {
    let places: usize = instance.demand().iter().map(|&d| d as usize).sum();
    let least = if filled < places { 0 } else { i64::MIN };
    let mut worst = i64::MAX;
    let mut row = Vec::new();
    for (p, &demand) in (0..).zip(instance.demand()) {
        row.clear();
        row.extend(
            instance
                .pairs_of(p)
                .map(|i| instance.at(i).1)
                .filter(|&s| s > least),
        );
        row.sort_unstable_by(|x, y| y.cmp(x));
        worst = worst.min(row.iter().take(demand as usize).sum());
    }
    worst
}

/// How far papers are below the floor, in all.
fn shortfall(sums: &[i64], floor: i64) -> i64 {
    sums.iter().map(|&s| (floor - s).max(0)).sum()
}

/// Papers in the order of a seed.
fn shuffled(papers: usize, seed: u64) -> Vec<u32> {
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    let mut order: Vec<u32> = (0..papers as u32).collect();
    if seed != 0 {
        order.sort_by_key(|&p| scramble(seed, u64::from(p)));
    }
    order
}
