//! Where an event stands among the events of its aggregate.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The position of an event: contiguous from 1 within an epoch, ordered by epoch first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Counter {
    /// From 1; raised when the producer's database was restored from a backup.
    pub epoch: i32,
    /// Which event of the epoch, from 1.
    pub count: i64,
}

/// How an event stands to what a reader has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At or before it.
    Seen,
    /// The one after it.
    Next,
    /// Further on: something is missing in between, or has been undone by a restore.
    Ahead,
}

impl Counter {
    /// Before the first event of all.
    pub const START: Self = Self { epoch: 0, count: 0 };

    /// Where `event` stands for a reader that has seen up to `self`.
    ///
    /// A higher epoch is always [`Place::Ahead`], also for a reader that has seen nothing: only the
    /// producer's log can tell what else there is.
    pub(crate) fn place(self, event: Self) -> Place {
        let first = self == Self::START && event == Self { epoch: 1, count: 1 };
        if event <= self {
            Place::Seen
        } else if first || (event.epoch == self.epoch && event.count == self.count + 1) {
            Place::Next
        } else {
            Place::Ahead
        }
    }

    /// Whether the producer's log, read after `self`, may begin with `listed` without anything
    /// missing in between.
    pub(crate) const fn continues_with(self, listed: Self) -> bool {
        if self.epoch == listed.epoch {
            listed.count == self.count + 1
        } else {
            self.epoch == 0 && listed.count == 1
        }
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(epoch: i32, count: i64) -> Counter {
        Counter { epoch, count }
    }

    #[test]
    fn the_first_event_is_next_for_a_reader_that_saw_nothing() {
        assert_eq!(Counter::START.place(at(1, 1)), Place::Next);
        assert_eq!(Counter::START.place(at(1, 2)), Place::Ahead);
        assert_eq!(Counter::START.place(at(2, 1)), Place::Ahead);
    }

    #[test]
    fn an_event_of_a_higher_epoch_is_never_taken_for_the_next() {
        assert_eq!(at(1, 7).place(at(2, 1)), Place::Ahead);
        assert_eq!(at(1, 7).place(at(2, 8)), Place::Ahead);
        assert!(!at(1, 7).continues_with(at(2, 1)));
    }

    #[test]
    fn an_event_of_a_lower_epoch_was_undone_or_seen() {
        assert_eq!(at(2, 1).place(at(1, 9)), Place::Seen);
    }
}
