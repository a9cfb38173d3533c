//! Which events may be on the wire: a limited number, at most one of each aggregate, and after one that
//! failed none of its aggregate any more. Pure, so that the order can be proved.

use std::collections::{HashMap, VecDeque};

/// Events, by index, in order.
#[derive(Debug)]
pub(super) struct Window<K> {
    limit: usize,
    waiting: HashMap<K, VecDeque<usize>>,
    ready: VecDeque<(K, usize)>,
    flying: HashMap<usize, K>,
    stopped: bool,
}

impl<K: std::hash::Hash + Eq + Clone> Window<K> {
    /// A window that lets `limit` of `events` fly at once: each its index and its aggregate, oldest
    /// first.
    pub(super) fn new(limit: usize, events: impl IntoIterator<Item = (usize, K)>) -> Self {
        let mut window = Self {
            limit,
            waiting: HashMap::new(),
            ready: VecDeque::new(),
            flying: HashMap::new(),
            stopped: false,
        };
        for (index, key) in events {
            if let Some(queue) = window.waiting.get_mut(&key) {
                queue.push_back(index);
            } else {
                window.waiting.insert(key.clone(), VecDeque::new());
                window.ready.push_back((key, index));
            }
        }
        window
    }

    /// Takes the next event that may be published now.
    pub(super) fn depart(&mut self) -> Option<usize> {
        if !self.has_ready() {
            return None;
        }
        let (key, index) = self.ready.pop_front()?;
        self.flying.insert(index, key);
        Some(index)
    }

    /// Whether any event may be published now.
    pub(super) fn has_ready(&self) -> bool {
        !self.stopped && !self.ready.is_empty() && self.flying.len() < self.limit
    }

    /// The event was acknowledged: the next of its aggregate may go.
    pub(super) fn acked(&mut self, index: usize) {
        let Some(key) = self.flying.remove(&index) else {
            return;
        };
        if let Some(next) = self.waiting.get_mut(&key).and_then(VecDeque::pop_front) {
            self.ready.push_back((key, next));
        }
    }

    /// The event failed: those behind it wait for another turn.
    pub(super) fn failed(&mut self, index: usize) {
        if let Some(key) = self.flying.remove(&index) {
            self.waiting.remove(&key);
        }
    }

    /// Nothing more departs; what flies is still awaited.
    pub(super) const fn stop(&mut self) {
        self.stopped = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever the acks' order and fate, each aggregate's events depart in order, one at a
        /// time, and none after one that failed.
        #[test]
        fn each_aggregate_departs_in_order_one_at_a_time(
            limit in 1_usize..6,
            keys in prop::collection::vec(0_u8..5, 0..60),
            fates in prop::collection::vec((any::<prop::sample::Index>(), prop::bool::weighted(0.8)), 200),
        ) {
            let mut window = Window::new(limit, keys.iter().copied().enumerate());
            let mut flying: Vec<usize> = Vec::new();
            let mut departed: HashMap<u8, Vec<usize>> = HashMap::new();
            let mut dead: Vec<u8> = Vec::new();
            let mut acked = 0_usize;
            for (which, fate) in fates {
                while let Some(index) = window.depart() {
                    let key = keys[index];
                    prop_assert!(!dead.contains(&key));
                    prop_assert!(flying.iter().all(|other| keys[*other] != key));
                    departed.entry(key).or_default().push(index);
                    flying.push(index);
                }
                prop_assert!(flying.len() <= limit);
                if flying.is_empty() {
                    break;
                }
                let index = flying.swap_remove(which.index(flying.len()));
                if fate {
                    window.acked(index);
                    acked += 1;
                } else {
                    window.failed(index);
                    dead.push(keys[index]);
                }
            }
            for (key, indices) in departed {
                let all: Vec<usize> = (0..keys.len()).filter(|index| keys[*index] == key).collect();
                prop_assert_eq!(&all[..indices.len()], &indices[..]);
            }
            if dead.is_empty() && flying.is_empty() {
                prop_assert_eq!(acked, keys.len());
            }
        }
    }
}
