//! Which of the messages in hand may be worked on: those of different aggregates side by side, those
//! of one aggregate one after the other.

use std::collections::{HashMap, VecDeque};

/// The messages in hand, a lane for each aggregate.
#[derive(Debug)]
pub(super) struct Lanes<M> {
    /// What waits behind the message that is worked on, by aggregate.
    waiting: HashMap<String, VecDeque<M>>,
    in_hand: usize,
    most: usize,
}

impl<M> Lanes<M> {
    /// With at most so many messages in hand, those that wait included.
    pub(super) fn new(most: usize) -> Self {
        Self {
            waiting: HashMap::new(),
            in_hand: 0,
            most,
        }
    }

    /// Whether another message may be taken in hand.
    pub(super) const fn has_room(&self) -> bool {
        self.in_hand < self.most
    }

    /// Takes a message in hand. Returns it when it is to be worked on now.
    pub(super) fn enter(&mut self, aggregate: &str, message: M) -> Option<M> {
        self.in_hand += 1;
        if let Some(lane) = self.waiting.get_mut(aggregate) {
            lane.push_back(message);
            return None;
        }
        self.waiting.insert(aggregate.to_owned(), VecDeque::new());
        Some(message)
    }

    /// A message of the aggregate was worked on. Returns the next one of its lane.
    pub(super) fn leave(&mut self, aggregate: &str) -> Option<M> {
        self.in_hand = self.in_hand.saturating_sub(1);
        let next = self.waiting.get_mut(aggregate)?.pop_front();
        if next.is_none() {
            self.waiting.remove(aggregate);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_aggregate_goes_in_order_and_others_pass_it() {
        let mut lanes = Lanes::new(4);
        assert_eq!(lanes.enter("a", 1), Some(1));
        assert_eq!(lanes.enter("a", 2), None);
        assert_eq!(lanes.enter("b", 3), Some(3));
        assert_eq!(lanes.enter("a", 4), None);
        assert!(!lanes.has_room());
        assert_eq!(lanes.leave("a"), Some(2));
        assert!(lanes.has_room());
        assert_eq!(lanes.leave("b"), None);
        assert_eq!(lanes.leave("a"), Some(4));
        assert_eq!(lanes.leave("a"), None);
        assert_eq!(lanes.enter("a", 5), Some(5));
    }

    #[test]
    fn a_lane_that_is_empty_is_forgotten() {
        let mut lanes = Lanes::new(2);
        for aggregate in ["a", "b", "c"] {
            lanes.enter(aggregate, ());
            lanes.leave(aggregate);
        }
        assert!(lanes.waiting.is_empty());
        assert!(lanes.has_room());
    }
}
