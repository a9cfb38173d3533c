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
mod nearby;

use crate::assignment::AssignError;
use crate::flow::{Weighted, scramble};
use crate::instance::{Instance, Pair};
use crate::objective::{GENTLE, LoadCosts, Rules, TooLarge};
use crate::panel::Limit;
use crate::shortfall::Shortfall;
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

/// Beyond so many pairs the flows are left out where single steps do.
const LARGE: usize = 1 << 19;

fn is_large(instance: &Instance) -> bool {
    instance.pair_count() > LARGE
}

/// What the steps share.
struct Task<'a> {
    instance: &'a Instance,
    floor: i64,
    costs: Prices,
    seed: u64,
    /// Judge prices of the largest total.
    prices: Vec<i64>,
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
    let mut task = Task::new(instance, rules, (plain, prices))?;
    let large = is_large(instance);
    let outcome = match rules.floor {
        _ if large => task.single_steps(plain),
        Some(_) => Err(task.multipliers(plain, |_, _| false)),
        None => Err(plain.to_vec()),
    };
    let pairs = outcome.unwrap_or_else(|start| task.exchange(&start));
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

impl<'a> Task<'a> {
    fn new(
        instance: &'a Instance,
        rules: &Rules,
        (plain, prices): (&[Pair], &[i64]),
    ) -> Result<Self, TooLarge> {
        let floor = rules.floor.unwrap_or(i64::MIN).clamp(-FARTHEST, FARTHEST);
        let met = Shortfall::of(instance, plain).is_empty();
        let (breach, costs) = costs(instance, rules.balance, met)?;
        // Whatever a missed rule cost in the plain flow, it costs less here.
        let dear = match instance.panel_rules() {
            [] => i64::MAX,
            _ => breach.saturating_add(2 * instance.largest_score()),
        };
        let prices: Vec<i64> = prices.iter().map(|b| *b.clamp(&-dear, &dear)).collect();
        let price = |b: &i64| costs.scale_price(*b, UNIT);
        let scaled: Vec<i64> = prices.iter().map(price).collect();
        let hard = is_large(instance) || !instance.panel_rules().is_empty();
        let kept = hard.then_some(plain);
        let mut task = Self {
            instance,
            floor,
            costs: Prices {
                balance: rules.balance,
                breach,
            },
            seed: rules.seed.unwrap_or(0),
            flow: Weighted::new(instance, &costs, (&scaled, UNIT), kept),
            prices,
            bounds: Bounds {
                worst: best_of_every_paper(instance, plain.len()),
                total: i128::MAX,
            },
        };
        if met {
            // A floor and further rules only take away.
            task.bounds.total = task.value_of_plain(plain);
        }
        Ok(task)
    }
}

/// What a missed panel rule costs in micro-units, and all costs in parts of
/// them; `met` says that nothing need be missed.
fn costs(instance: &Instance, balance: i64, met: bool) -> Result<(i64, LoadCosts), TooLarge> {
    let scaled = |costs: LoadCosts| {
        let scaled = costs.scaled(UNIT)?.lifted(MOST + MOST / 4)?;
        Ok((costs.breach, scaled))
    };
    let mut outcome = if met {
        LoadCosts::where_all_is_met(instance, balance).and_then(scaled)
    } else {
        Err(TooLarge)
    };
    for times in GENTLE {
        outcome = outcome.or_else(|_| LoadCosts::gentle(instance, balance, times).and_then(scaled));
    }
    outcome
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::PanelRule;
    use crate::{Assignment, assign, synth};

    fn instance(seed: u64) -> Instance {
        let shape = synth::Shape {
            papers: 60,
            judges: 60,
            candidates: 25,
            demand: 3,
            load: 0,
            seed,
            crowded: false,
        };
        let senior = (0..60).map(|j| (j % 3 == 0).then_some(0)).collect();
        let region = (0..60).map(|j| Some(j % 7)).collect();
        let rules = [(senior, Limit::AtLeastOne), (region, Limit::Spread(10_000))];
        let rules = rules.map(|(group, limit)| PanelRule { group, limit });
        let plain = synth::make(&shape).unwrap();
        plain.with_panel_rules(rules.to_vec()).unwrap()
    }

    #[test]
    fn single_steps_reach_a_near_floor_with_all_rules_or_say_that_they_do_not() {
        let (mut reached, mut given_up) = (0, 0);
        for seed in 0..16 {
            let instance = instance(seed).by_group().unwrap().0;
            let first = instance.panel_rules()[..1].to_vec();
            let first = instance.clone().with_panel_rules(first).unwrap();
            let Assignment { pairs, duals, .. } = assign(&first, &Rules::default()).unwrap();
            let sums = |pairs: &[Pair]| -> Vec<i64> {
                let mut sums = vec![0; 60];
                for &p in pairs {
                    sums[p.paper as usize] += instance.score(p).unwrap();
                }
                sums
            };
            for more in [1_000, 100_000] {
                let floor = sums(&pairs).into_iter().min().unwrap() + more;
                let rules = Rules {
                    balance: 1_000,
                    floor: Some(floor),
                    seed: None,
                };
                let start = (&pairs[..], &duals.judge[..]);
                let mut task = Task::new(&instance, &rules, start).unwrap();
                let Ok(found) = task.single_steps(&pairs) else {
                    given_up += 1;
                    continue;
                };
                reached += 1;
                assert!(sums(&found).into_iter().all(|sum| sum >= floor));
                let made = Assignment::of(&instance, &rules, found, duals.clone()).unwrap();
                assert!(made.shortfall.is_empty());
                let whole: i128 = sums(&pairs).into_iter().map(i128::from).sum();
                assert!(i128::from(made.total) <= whole && task.bounds.total <= whole);
            }
        }
        assert!(reached > 4 && given_up > 8, "{reached}, {given_up}");
    }
}
