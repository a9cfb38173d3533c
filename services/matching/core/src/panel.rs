//! Rules about the judges of one paper together: at least one senior, at most
//! one of an institution, judges from many regions.
//!
//! Judges belong to groups, and what counts is how many of a group a paper
//! has. Such a rule is a layer of the flow between papers and judges: the
//! k-th judge of a group has a cost that does not fall with k, so the flow
//! stays whole-numbered and the result exact. That holds for one rule (two
//! that cut across each other make the problem NP-hard); an instance may have
//! more, see [`Instance::with_panel_rules`].

use crate::instance::{Instance, InstanceError, MAX_SCORE, Pair};

/// A rule on how many judges of one group a paper has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelRule {
    /// The group of every judge; `None` for one that the rule does not concern.
    pub group: Vec<Option<u32>>,
    /// What the rule asks.
    pub limit: Limit,
}

/// What a rule asks of the judges of one paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// At most so many of any one group. Never broken: a place stays open instead.
    AtMost(u32),
    /// At least one judge that has a group, whichever. Missed only where it
    /// must be, and then reported; open places and minima of loads count before it.
    AtLeastOne,
    /// The k-th judge of one group costs k − 1 times this many micro-units.
    Spread(i64),
}

/// The group of judges that a rule does not concern.
pub(crate) const FREE: u32 = u32::MAX;

impl Limit {
    /// What the `k`-th judge of a group costs (k from 1), or `None` where
    /// there cannot be so many. `breach` is what a missed "at least one" costs.
    #[inline]
    pub(crate) fn marginal(self, group: u32, k: u32, breach: i64) -> Option<i64> {
        match self {
            _ if group == FREE => Some(0),
            Self::AtMost(most) => (k <= most).then_some(0),
            Self::AtLeastOne => Some(if k == 1 { -breach } else { 0 }),
            Self::Spread(cost) => Some(i64::from(k - 1) * cost),
        }
    }

    /// The same limit for weights multiplied by `scale`.
    pub(crate) fn scaled(self, scale: i64) -> Option<Self> {
        Some(match self {
            Self::Spread(cost) => Self::Spread(cost.checked_mul(scale)?),
            other => other,
        })
    }
}

impl PanelRule {
    /// The group of a judge as the layers count it: all seniors are one.
    #[inline]
    pub(crate) fn group_of(&self, judge: u32) -> u32 {
        match (self.group[judge as usize], self.limit) {
            (None, _) => FREE,
            (Some(_), Limit::AtLeastOne) => 0,
            (Some(group), _) => group,
        }
    }

    /// Whether the rule is a limit that holds whatever it costs.
    pub(crate) fn never_broken(&self) -> bool {
        matches!(self.limit, Limit::AtMost(_))
    }

    /// Whether a paper's judges break the rule.
    pub(crate) fn broken(&self, judges: &[u32]) -> bool {
        match self.limit {
            Limit::AtLeastOne => judges.iter().all(|&j| self.group_of(j) == FREE),
            Limit::AtMost(_) => (0..judges.len())
                .any(|k| self.cost_of(judges[k], judges[..k].iter().copied(), 0, 1) == 1),
            Limit::Spread(_) => false,
        }
    }

    /// What a further judge beside `judges` costs; `beyond` is what one that
    /// the rule does not allow is counted as.
    pub(crate) fn cost_of(
        &self,
        joining: u32,
        judges: impl Iterator<Item = u32>,
        breach: i64,
        beyond: i64,
    ) -> i64 {
        let group = self.group_of(joining);
        let same = judges.filter(|&j| self.group_of(j) == group).count();
        let k = u32::try_from(same).map_or(u32::MAX, |n| n.saturating_add(1));
        self.limit.marginal(group, k, breach).unwrap_or(beyond)
    }
}

/// What a paper's judges cost by all rules, from having none.
pub(crate) fn cost_of_panel(rules: &[PanelRule], judges: &[Pair], breach: i64, beyond: i64) -> i64 {
    let cost = |r: &PanelRule| -> i64 {
        let joins = |(k, pair): (usize, &Pair)| {
            let before = judges[..k].iter().map(|p| p.judge);
            r.cost_of(pair.judge, before, breach, beyond)
        };
        judges.iter().enumerate().map(joins).sum()
    };
    rules.iter().map(cost).sum()
}

impl Instance {
    /// The instance with rules about the judges of one paper.
    ///
    /// The first rule is part of the flow: met exactly, at the least loss, and
    /// proved. Further rules are met by exchanging judges, as well as that
    /// finds; the certificate's gap then says what they cost at most. So put
    /// first what matters most. Group numbers are below `u32::MAX`.
    ///
    /// # Errors
    /// [`InstanceError`] when a rule has not one group for each judge, or a
    /// spread is negative or beyond [`MAX_SCORE`].
    pub fn with_panel_rules(mut self, rules: Vec<PanelRule>) -> Result<Self, InstanceError> {
        for (rule, r) in rules.iter().enumerate() {
            if r.group.len() != self.judges() {
                let (found, judges) = (r.group.len(), self.judges());
                return Err(InstanceError::GroupCount {
                    rule,
                    found,
                    judges,
                });
            }
            if matches!(r.limit, Limit::Spread(cost) if !(0..=MAX_SCORE).contains(&cost)) {
                return Err(InstanceError::SpreadOutOfRange { rule });
            }
            if r.group.contains(&Some(FREE)) {
                return Err(InstanceError::GroupOutOfRange { rule });
            }
        }
        self.rules = rules;
        Ok(self)
    }

    /// The rules about the judges of one paper, the exact one first.
    pub fn panel_rules(&self) -> &[PanelRule] {
        &self.rules
    }

    /// The same instance with judges sorted by their group in the first rule,
    /// so that the pairs of a paper with one group lie side by side; and the
    /// old position of every new one. `None` without rules.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(crate) fn by_group(&self) -> Option<(Self, Vec<u32>)> {
        let rule = self.rules.first()?;
        let mut order: Vec<u32> = (0..self.judges() as u32).collect();
        order.sort_by_key(|&j| rule.group_of(j));
        let mut place = vec![0u32; order.len()];
        for (new, &old) in (0u32..).zip(&order) {
            place[old as usize] = new;
        }
        let mut pairs: Vec<_> = self.pairs().collect();
        for pair in &mut pairs {
            pair.judge = place[pair.judge as usize];
        }
        pairs.sort_unstable_by_key(|p| (p.paper, p.judge));
        let load = order.iter().map(|&j| self.load()[j as usize]).collect();
        let mut sorted = Self::from_sorted(self.demand().to_vec(), load, &pairs);
        sorted.largest = self.largest;
        let regroup = |rule: &PanelRule| PanelRule {
            group: order.iter().map(|&j| rule.group[j as usize]).collect(),
            limit: rule.limit,
        };
        sorted.rules = self.rules.iter().map(regroup).collect();
        let locked = self.locked().iter().filter_map(|&i| {
            let mut pair = self.pair_at(i);
            pair.judge = place[pair.judge as usize];
            sorted.find(pair).map(|i| i as u32)
        });
        let mut locked: Vec<u32> = locked.collect();
        locked.sort_unstable();
        sorted.lock_at(locked);
        Some((sorted, order))
    }
}
