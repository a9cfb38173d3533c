//! Where an event stands among the events of its aggregate.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The position of an event: contiguous from 1 within an epoch, ordered by epoch first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Counter {
    /// Raised when the producer's database was restored from a backup.
    pub epoch: i32,
    /// Which event of the epoch, from 1.
    pub count: i64,
}

impl Counter {
    /// Before the first event of all.
    pub const START: Self = Self { epoch: 0, count: 0 };

    /// Whether nothing can have happened between this position and `other`, which lies behind it.
    pub const fn is_followed_by(self, other: Self) -> bool {
        if self.epoch == other.epoch {
            other.count == self.count + 1
        } else {
            // A fresh reader may begin in any epoch; an old one must look at what was restored.
            self.epoch == 0 && other.count == 1
        }
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.count)
    }
}
