//! The independent check that an assignment is the best: one pass over the
//! pairs, no solver code.
//!
//! By weak duality any prices bound what any assignment can reach; when the
//! assignment reaches that bound, it is proved optimal (Kuhn, 1955). Whoever
//! has the instance, the pairs and the prices can run this alone.

use thiserror::Error;

use crate::instance::{Instance, Pair};
use crate::objective::{Duals, LoadCosts, Rules, TooLarge};
use crate::panel::{Limit, PanelRule};

/// What an assignment reaches and what the prices prove nobody can exceed.
///
/// Both include the load costs and the penalties of the objective, in micro-units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Certificate {
    /// What the assignment reaches.
    pub objective: i128,
    /// What no assignment exceeds.
    pub bound: i128,
}

impl Certificate {
    /// How much a better assignment could add at most.
    pub fn gap(&self) -> i128 {
        self.bound - self.objective
    }

    /// Whether the assignment is proved optimal to the last micro-unit.
    pub fn proved(&self) -> bool {
        self.gap() == 0
    }
}

/// Why pairs are not an assignment of the instance at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertifyError {
    /// A pair is not allowed.
    #[error("paper {} and judge {} are not an allowed pair", .0.paper, .0.judge)]
    Forbidden(Pair),
    /// A pair is listed twice.
    #[error("paper {} and judge {} are listed twice", .0.paper, .0.judge)]
    Twice(Pair),
    /// A locked pair is missing.
    #[error("the locked pair of paper {} and judge {} is missing", .0.paper, .0.judge)]
    Unlocked(Pair),
    /// A paper has more judges than it demands.
    #[error("paper {0} has more judges than it demands")]
    Overfilled(u32),
    /// A judge has more papers than it may take.
    #[error("judge {0} has more papers than it takes")]
    Overloaded(u32),
    /// A paper has more judges of one group than a panel rule allows.
    #[error("paper {paper} has more judges of one group than panel rule {rule} allows")]
    GroupOverfilled {
        /// Which rule.
        rule: usize,
        /// Which paper.
        paper: u32,
    },
    /// There is not one price for every paper and judge.
    #[error("{papers} paper and {judges} judge prices do not fit the instance")]
    Prices {
        /// Prices of papers given.
        papers: usize,
        /// Prices of judges given.
        judges: usize,
    },
    /// The objective does not fit in 64 bits.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

/// Checks `pairs` against the instance and bounds them by `duals`.
///
/// # Errors
/// [`CertifyError`] when the pairs break a limit of the instance. Too few
/// judges for a paper or papers for a judge is no error: it costs the penalty.
pub fn certify(
    instance: &Instance,
    rules: &Rules,
    pairs: &[Pair],
    duals: &Duals,
) -> Result<Certificate, CertifyError> {
    if duals.paper.len() != instance.papers() || duals.judge.len() != instance.judges() {
        let (papers, judges) = (duals.paper.len(), duals.judge.len());
        return Err(CertifyError::Prices { papers, judges });
    }
    let costs = LoadCosts::new(instance, rules.balance, instance.largest_score())?;
    let objective = value(instance, &costs, pairs)?;
    Ok(Certificate {
        objective,
        bound: bound(instance, &costs, duals),
    })
}

/// Checks the limits and adds up what the pairs are worth.
fn value(instance: &Instance, costs: &LoadCosts, pairs: &[Pair]) -> Result<i128, CertifyError> {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    if let Some(w) = sorted.windows(2).find(|w| w[0] == w[1]) {
        return Err(CertifyError::Twice(w[0]));
    }
    for &i in instance.locked() {
        let pair = instance.pair_at(i);
        if sorted.binary_search(&pair).is_err() {
            return Err(CertifyError::Unlocked(pair));
        }
    }
    let mut judges_of = vec![0u32; instance.papers()];
    let mut papers_of = vec![0u32; instance.judges()];
    let mut total = 0i128;
    for &pair in pairs {
        total += i128::from(instance.score(pair).ok_or(CertifyError::Forbidden(pair))?);
        judges_of[pair.paper as usize] += 1;
        papers_of[pair.judge as usize] += 1;
    }
    for ((p, &got), &demand) in (0..).zip(&judges_of).zip(instance.demand()) {
        if got > demand {
            return Err(CertifyError::Overfilled(p));
        }
        total -= i128::from(demand - got) * i128::from(costs.penalty);
    }
    for ((j, &got), load) in (0..).zip(&papers_of).zip(instance.load()) {
        if got > load.max {
            return Err(CertifyError::Overloaded(j));
        }
        total -= costs.total(j as usize, got);
    }
    for same in sorted.chunk_by(|a, b| a.paper == b.paper) {
        total -= panel_costs(instance, costs, same)?;
    }
    // A panel without anybody lacks the one it should have, too.
    let empty = |&(got, demand): &(&u32, &u32)| *got == 0 && *demand > 0;
    let nobody = judges_of
        .iter()
        .zip(instance.demand())
        .filter(empty)
        .count();
    let asks = |r: &&PanelRule| r.limit == Limit::AtLeastOne;
    let rules = instance.panel_rules().iter().filter(asks).count();
    Ok(total - (nobody * rules) as i128 * i128::from(costs.breach))
}

/// What one paper's judges cost by the panel rules.
fn panel_costs(
    instance: &Instance,
    costs: &LoadCosts,
    panel: &[Pair],
) -> Result<i128, CertifyError> {
    let mut cost = 0i128;
    for (rule, r) in instance.panel_rules().iter().enumerate() {
        for (k, pair) in panel.iter().enumerate() {
            let before = panel[..k].iter().map(|p| p.judge);
            let joins = r.cost_of(pair.judge, before, costs.breach, i64::MAX);
            if joins == i64::MAX {
                let paper = pair.paper;
                return Err(CertifyError::GroupOverfilled { rule, paper });
            }
            cost += i128::from(joins);
        }
        if r.limit == Limit::AtLeastOne {
            cost += i128::from(costs.breach);
        }
    }
    Ok(cost)
}

/// The dual objective: an upper bound whatever the prices are.
fn bound(instance: &Instance, costs: &LoadCosts, duals: &Duals) -> i128 {
    let mut bound = 0i128;
    let mut prices = duals.paper.iter().chain(&duals.judge);
    let most = i64::try_from(instance.judges()).unwrap_or(i64::MAX);
    let small = SMALL / most.max(1);
    let small = prices.all(|p| (-small..small).contains(p));
    for (p, (&price, &demand)) in (0u32..).zip(duals.paper.iter().zip(instance.demand())) {
        // Nobody pays for an open place more than the penalty.
        bound += i128::from(demand) * i128::from(price).max(-i128::from(costs.penalty));
        if let Some(rule) = instance.panel_rules().first() {
            bound += panel_bound(instance, costs, rule, (p, price), duals);
            if rule.limit == Limit::AtLeastOne && demand > 0 {
                bound -= i128::from(costs.breach);
            }
            continue;
        }
        bound += gains(instance, p, price, &duals.judge, small);
    }
    let loads = duals.judge.iter().enumerate();
    bound
        + loads
            .map(|(j, &price)| costs.best_profit(j, price))
            .sum::<i128>()
}

/// Prices within this part of a paper's pairs fit in 64 bits with any score,
/// all of a paper's together, and are quicker to add.
const SMALL: i64 = 1 << 60;

/// What a paper gains from its judges beyond its own price and theirs, where
/// that is a gain or the pair is locked.
fn gains(instance: &Instance, paper: u32, price: i64, judges: &[i64], small: bool) -> i128 {
    let range = instance.pairs_of(paper);
    let pairs = instance.judges_at()[range.clone()]
        .iter()
        .zip(&instance.scores_at()[range.clone()]);
    if small && instance.locked().is_empty() {
        let gains = pairs.map(|(&judge, &score)| {
            let gain = i64::from(score) - price - judges[judge as usize];
            gain.max(0)
        });
        return i128::from(gains.sum::<i64>());
    }
    let mut sum = 0i128;
    for (i, (&judge, &score)) in range.zip(pairs) {
        let of_judge = judges[judge as usize];
        if small {
            let gain = i64::from(score) - price - of_judge;
            if gain > 0 || instance.is_locked(i) {
                sum += i128::from(gain);
            }
        } else {
            let gain = i128::from(score) - i128::from(price) - i128::from(of_judge);
            sum += if instance.is_locked(i) {
                gain
            } else {
                gain.max(0)
            };
        }
    }
    sum
}

/// The most that a paper gains from its judges beyond its own and their
/// prices, by the first panel rule: of each group the best while they pay.
/// Further rules only take away, so the bound holds with them.
fn panel_bound(
    instance: &Instance,
    costs: &LoadCosts,
    rule: &PanelRule,
    (paper, price): (u32, i64),
    duals: &Duals,
) -> i128 {
    let gains = instance.pairs_of(paper).map(|i| {
        let (judge, score) = instance.at(i);
        let gain = i128::from(score) - i128::from(price);
        let gain = gain - i128::from(duals.judge[judge as usize]);
        (rule.group_of(judge), instance.is_locked(i), gain)
    });
    let mut gains: Vec<_> = gains.collect();
    gains.sort_unstable_by_key(|&(group, locked, gain)| (group, std::cmp::Reverse((locked, gain))));
    let mut bound = 0;
    for same in gains.chunk_by(|a, b| a.0 == b.0) {
        for (k, &(group, locked, gain)) in (1..).zip(same) {
            let Some(cost) = costs.of_group(group, k) else {
                break;
            };
            let net = gain - i128::from(cost);
            if net <= 0 && !locked {
                break;
            }
            bound += net;
        }
    }
    bound
}
