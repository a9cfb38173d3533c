//! Whether quotas can still be kept: search over kinds of entries.

use std::collections::BTreeMap;

use super::{Candidate, Quota, QuotaError, Swap};

/// Steps of the search for one question before it is given up.
const MOST_STEPS: usize = 2_000_000;

/// How far the quotas are used, and what is left to take, by kind of entry.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// Kinds: which quotas an entry counts for.
    kinds: Vec<Vec<usize>>,
    /// The kind of each candidate.
    pub(super) kind_of: Vec<usize>,
    /// How many of each kind are left.
    pub(super) left: Vec<usize>,
    /// What each floor still needs.
    needed: Vec<usize>,
    /// What each cap still allows.
    allowed: Vec<usize>,
    /// Places that are not taken yet.
    pub(super) slots: usize,
}

impl State {
    /// Nothing taken yet.
    pub(super) fn of(candidates: &[Candidate], quotas: &[Quota], size: usize) -> Self {
        let mut index: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut kind_of = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let counts_for: Vec<usize> = (0..quotas.len())
                .filter(|q| candidate.columns.get(&quotas[*q].column) == Some(&quotas[*q].value))
                .collect();
            let next = index.len();
            kind_of.push(*index.entry(counts_for).or_insert(next));
        }
        let mut kinds = vec![Vec::new(); index.len()];
        for (counts_for, kind) in index {
            kinds[kind] = counts_for;
        }
        let mut left = vec![0; kinds.len()];
        for kind in &kind_of {
            left[*kind] += 1;
        }
        Self {
            kinds,
            kind_of,
            left,
            needed: quotas.iter().map(|quota| quota.floor).collect(),
            allowed: quotas
                .iter()
                .map(|quota| quota.cap.unwrap_or(usize::MAX))
                .collect(),
            slots: size,
        }
    }

    /// Uses a slot for one entry of a kind; says no when a cap is full.
    pub(super) fn take(&mut self, kind: usize) -> bool {
        if self.kinds[kind]
            .iter()
            .any(|quota| self.allowed[*quota] == 0)
        {
            return false;
        }
        for quota in &self.kinds[kind] {
            self.needed[*quota] = self.needed[*quota].saturating_sub(1);
            if self.allowed[*quota] != usize::MAX {
                self.allowed[*quota] -= 1;
            }
        }
        self.slots -= 1;
        true
    }

    /// Whether the slots that are left can be filled so that every floor and cap is kept.
    pub(super) fn feasible(&self) -> Result<bool, QuotaError> {
        let mut steps = 0;
        // Kinds that help more floors first, so that the first way tried is mostly the right one.
        let mut order: Vec<usize> = (0..self.kinds.len()).collect();
        order.sort_by_key(|kind| {
            let helps = self.kinds[*kind]
                .iter()
                .filter(|quota| self.needed[**quota] > 0)
                .count();
            (std::cmp::Reverse(helps), self.kinds[*kind].len())
        });
        self.clone().fill(&order, &mut steps)
    }

    /// Decides how many of each kind in turn are taken.
    fn fill(&mut self, order: &[usize], steps: &mut usize) -> Result<bool, QuotaError> {
        *steps += 1;
        if *steps > MOST_STEPS {
            return Err(QuotaError::TooIntricate);
        }
        if !self.can_hope(order) {
            return Ok(false);
        }
        let Some((kind, rest)) = order.split_first() else {
            return Ok(self.slots == 0);
        };
        let room = self.kinds[*kind]
            .iter()
            .map(|quota| self.allowed[*quota])
            .min();
        let most = self.left[*kind]
            .min(self.slots)
            .min(room.unwrap_or(usize::MAX));
        // What its own floors ask for first, then more, then less.
        let wanted = self.kinds[*kind]
            .iter()
            .map(|q| self.needed[*q])
            .max()
            .unwrap_or(0)
            .min(most);
        for count in (wanted..=most).chain((0..wanted).rev()) {
            let before = (self.needed.clone(), self.allowed.clone(), self.slots);
            for _ in 0..count {
                self.take(*kind);
            }
            if self.fill(rest, steps)? {
                return Ok(true);
            }
            (self.needed, self.allowed, self.slots) = before;
        }
        Ok(false)
    }

    /// Necessary: every floor can still be reached, and there is enough to fill the slots.
    fn can_hope(&self, order: &[usize]) -> bool {
        let mut reach = vec![0; self.needed.len()];
        let mut all = 0;
        for kind in order {
            let room = self.kinds[*kind]
                .iter()
                .map(|quota| self.allowed[*quota])
                .min();
            let count = self.left[*kind].min(room.unwrap_or(usize::MAX));
            all += count;
            for quota in &self.kinds[*kind] {
                reach[*quota] += count;
            }
        }
        all >= self.slots
            && self
                .needed
                .iter()
                .zip(&reach)
                .all(|(needed, reach)| *needed <= *reach && *needed <= self.slots)
    }

    /// Why a candidate is in.
    pub(super) fn entered(
        &self,
        candidate: &Candidate,
        index: usize,
        kind: usize,
        quotas: &[Quota],
    ) -> Swap {
        let floors = self.kinds[kind]
            .iter()
            .filter(|quota| quotas[**quota].floor > 0);
        let because = floors.map(|quota| quotas[*quota].clone()).collect();
        Swap {
            entry: candidate.entry.clone(),
            place: index + 1,
            entered: true,
            because,
        }
    }

    /// Why a candidate is out.
    pub(super) fn left_out(
        &self,
        candidate: &Candidate,
        index: usize,
        kind: usize,
        quotas: &[Quota],
    ) -> Swap {
        let full: Vec<Quota> = self.kinds[kind]
            .iter()
            .filter(|quota| self.allowed[**quota] == 0)
            .map(|quota| quotas[*quota].clone())
            .collect();
        let because = if full.is_empty() {
            let hungry = (0..quotas.len()).filter(|quota| self.needed[*quota] > 0);
            hungry.map(|quota| quotas[quota].clone()).collect()
        } else {
            full
        };
        Swap {
            entry: candidate.entry.clone(),
            place: index + 1,
            entered: false,
            because,
        }
    }
}
