//! What is maximised, as integers: the scores, less a convex cost of each
//! judge's load, less a penalty for every place left open.
//!
//! One formula holds the load limits: a judge's k-th paper costs
//! `k·balance`, less `penalty` while the judge is below the minimum, and
//! cannot be had beyond the maximum. An open place costs `penalty` too. The
//! penalty exceeds whatever any chain of exchanges can gain in score, so open
//! places and missed minima are as few as they can be, both at once
//! (Mendelsohn and Dulmage, 1958), before the score counts.

use thiserror::Error;

use crate::instance::{Instance, Load};
use crate::panel::{Limit, PanelRule};

/// How to choose among assignments. Every layer is optional.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Rules {
    /// A judge's k-th paper costs k times this many micro-units, which evens
    /// out the loads. 0 leaves them to chance.
    pub balance: i64,
    /// No paper's sum of scores below this many micro-units, as far as that can
    /// be found; `None` for no floor.
    pub floor: Option<i64>,
    /// Decides among assignments that are otherwise equal; `None` leaves the
    /// choice to the engine (still the same on every machine).
    pub seed: Option<u64>,
}

/// Prices that prove an assignment: a pair's score less both prices is at
/// least 0 where assigned and at most 0 elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Duals {
    /// What one more judge for this paper would add, in micro-units.
    pub paper: Vec<i64>,
    /// What one more place at this judge would add, in micro-units.
    pub judge: Vec<i64>,
}

/// The penalties of so many papers and judges, with scores or a balance this
/// large, do not fit in 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the scores or the balance are too large for so many papers and judges")]
pub struct TooLarge;

/// The costs beside the scores.
#[derive(Debug, Clone)]
pub(crate) struct LoadCosts {
    pub(crate) load: Vec<Load>,
    pub(crate) balance: i64,
    pub(crate) penalty: i64,
    /// The largest weight in size.
    pub(crate) largest: i64,
    /// The panel rule that is a layer of the flow.
    pub(crate) limit: Option<Limit>,
    /// What a panel without any of the judges it should have costs.
    pub(crate) breach: i64,
}

/// A missed panel rule costs so many times the largest score where it need not
/// outweigh every chain of exchanges, or as many as the integers allow.
pub(crate) const GENTLE: [i64; 3] = [64, 16, 4];

impl LoadCosts {
    /// Costs for weights of at most `largest` (in size) on `instance`'s shape.
    ///
    /// A missed "at least one" outweighs every chain of exchanges in score; an
    /// open place outweighs every chain that holds such breaches too.
    pub(crate) fn new(instance: &Instance, balance: i64, largest: i64) -> Result<Self, TooLarge> {
        let seeks_one = |r: &PanelRule| matches!(r.limit, Limit::AtLeastOne);
        let strict = |chain: i128, step: i128| match instance.panel_rules() {
            rules if rules.iter().any(seeks_one) => chain.checked_mul(step),
            _ => Some(0),
        };
        Self::with_breach(instance, balance, largest, strict)
    }

    /// The same, but a breach is only as bad as `times` the largest score, so
    /// that weights can be scaled further.
    pub(crate) fn gentle(instance: &Instance, balance: i64, times: i64) -> Result<Self, TooLarge> {
        let largest = instance.largest_score();
        let times = if instance.panel_rules().is_empty() {
            0
        } else {
            times
        };
        let breach = i128::from(largest) * i128::from(times);
        Self::with_breach(instance, balance, largest, |_, _| Some(breach))
    }

    /// The same for an instance where every place can be filled, every minimum
    /// met and every panel have whom it should: then each of these need only
    /// outweigh a chain of exchanges in score, and not each other.
    pub(crate) fn where_all_is_met(instance: &Instance, balance: i64) -> Result<Self, TooLarge> {
        let costs = Self::gentle(instance, balance, 0)?;
        let breach = match instance.panel_rules() {
            [] => 0,
            _ => costs.penalty,
        };
        Ok(Self { breach, ..costs })
    }

    fn with_breach(
        instance: &Instance,
        balance: i64,
        largest: i64,
        breach: impl Fn(i128, i128) -> Option<i128>,
    ) -> Result<Self, TooLarge> {
        let papers = u32::try_from(instance.papers()).unwrap_or(u32::MAX);
        let load: Vec<Load> = instance
            .load()
            .iter()
            .map(|l| Load {
                min: l.min.min(papers),
                max: l.max.min(papers),
            })
            .collect();
        let most = i128::from(load.iter().map(|l| l.max).max().unwrap_or(0));
        let chain = i128::try_from(instance.papers().min(instance.judges()))
            .unwrap_or(i128::MAX)
            .saturating_add(2);
        let limit = instance.panel_rules().first().map(|r| r.limit);
        let spread = match limit {
            Some(Limit::Spread(cost)) => i128::from(cost) * i128::from(most_judges(instance)),
            _ => 0,
        };
        let step = 2 * i128::from(largest) + 1 + 2 * most * i128::from(balance) + 2 * spread;
        let breach = breach(chain, step).ok_or(TooLarge)?;
        let penalty = chain.checked_mul(step + 2 * breach).ok_or(TooLarge)?;
        // Prices stay within a few penalties of 0; leave room to add several.
        let penalty = i64::try_from(penalty).ok().filter(|&p| p < i64::MAX / 64);
        let penalty = penalty.ok_or(TooLarge)?;
        Ok(Self {
            load,
            balance,
            penalty,
            largest,
            limit,
            breach: i64::try_from(breach).map_err(|_| TooLarge)?,
        })
    }

    /// What the `k`-th judge of a group costs a paper, by the rule that is a
    /// layer of the flow, or `None` where there cannot be so many.
    #[inline]
    pub(crate) fn of_group(&self, group: u32, k: u32) -> Option<i64> {
        match self.limit {
            Some(limit) => limit.marginal(group, k, self.breach),
            None => Some(0),
        }
    }

    /// The same costs for weights multiplied by `scale`.
    pub(crate) fn scaled(&self, scale: i64) -> Result<Self, TooLarge> {
        let up = |x: i64| {
            x.checked_mul(scale)
                .filter(|&x| x < i64::MAX / 64)
                .ok_or(TooLarge)
        };
        Ok(Self {
            load: self.load.clone(),
            balance: up(self.balance)?,
            penalty: up(self.penalty)?,
            largest: up(self.largest)?,
            limit: self
                .limit
                .map(|l| l.scaled(scale).ok_or(TooLarge))
                .transpose()?,
            breach: up(self.breach)?,
        })
    }

    /// What a locked pair weighs beyond its score: more than any open place.
    pub(crate) fn lock(&self) -> i64 {
        4 * self.penalty
    }

    /// A price multiplied by `scale`, kept within a few penalties of 0.
    pub(crate) fn scale_price(&self, price: i64, scale: i64) -> i64 {
        self.near_price(price.saturating_mul(scale))
    }

    /// A price of another problem, kept within a few penalties of 0.
    pub(crate) fn near_price(&self, price: i64) -> i64 {
        let far = 8 * self.penalty;
        price.clamp(-far, far)
    }

    /// What the judge's `k`-th paper costs (k from 1), or `None` beyond the maximum.
    #[inline]
    pub(crate) fn marginal(&self, judge: usize, k: u32) -> Option<i64> {
        let l = self.load[judge];
        if k > l.max {
            return None;
        }
        let reward = if k <= l.min { self.penalty } else { 0 };
        Some(i64::from(k) * self.balance - reward)
    }

    /// What a load of `k` papers costs in all.
    pub(crate) fn total(&self, judge: usize, k: u32) -> i128 {
        let (k, min) = (i128::from(k), i128::from(self.load[judge].min));
        i128::from(self.balance) * k * (k + 1) / 2 - k.min(min) * i128::from(self.penalty)
    }

    /// The most that selling up to the maximum of a judge's places at `price` brings.
    ///
    /// The marginal costs rise within the minimum and beyond it, so the best
    /// load is where they pass the price.
    pub(crate) fn best_profit(&self, judge: usize, price: i64) -> i128 {
        let (load, price, balance) = (
            self.load[judge],
            i128::from(price),
            i128::from(self.balance),
        );
        let best = |from: u32, to: u32, reward: i128| -> u32 {
            if balance == 0 {
                return if price + reward > 0 { to } else { from };
            }
            let k = (price + reward)
                .div_euclid(balance)
                .clamp(from.into(), to.into());
            u32::try_from(k).unwrap_or(from)
        };
        let mut k = best(0, load.min, i128::from(self.penalty));
        if k == load.min {
            k = best(load.min, load.max, 0);
        }
        price * i128::from(k) - self.total(judge, k)
    }

    /// The same costs for weights up to `times` as large; the balance stays.
    pub(crate) fn lifted(&self, times: i64) -> Result<Self, TooLarge> {
        let up = |x: i64| {
            x.checked_mul(times)
                .filter(|&x| x < i64::MAX / 64)
                .ok_or(TooLarge)
        };
        let (penalty, largest) = (up(self.penalty)?, up(self.largest)?);
        // Where a breach outweighs every chain of exchanges, it still shall.
        let strict = self.breach >= self.penalty;
        Ok(Self {
            load: self.load.clone(),
            balance: self.balance,
            penalty,
            largest,
            limit: self.limit,
            breach: if strict { penalty } else { self.breach },
        })
    }
}

/// The most judges that any paper can have.
fn most_judges(instance: &Instance) -> u32 {
    let judges = u32::try_from(instance.judges()).unwrap_or(u32::MAX);
    let most = instance.demand().iter().copied().max().unwrap_or(0);
    most.min(judges)
}
