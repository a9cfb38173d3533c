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
mod tests;
