//! When to try again, and when to stop.

use std::time::Duration;

/// Waits that double, up to a longest one, for a number of tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The wait after the first attempt.
    pub first: Duration,
    /// No wait is longer.
    pub longest: Duration,
    /// So many attempts are made; after the last one the message has failed.
    pub tries: u32,
}

impl Patience {
    /// How long to wait after attempt number `attempt` (from 1); `None` when it was the last.
    pub fn next_try(&self, attempt: u32) -> Option<Duration> {
        if attempt >= self.tries {
            return None;
        }
        let doublings = attempt.saturating_sub(1).min(31);
        Some(self.first.saturating_mul(1 << doublings).min(self.longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let patience = Patience {
            first: Duration::from_secs(30),
            longest: Duration::from_mins(15),
            tries: 100,
        };
        let waits: Vec<u64> = (1..=7)
            .filter_map(|attempt| patience.next_try(attempt))
            .map(|w| w.as_secs())
            .collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(patience.next_try(99), Some(Duration::from_mins(15)));
        assert_eq!(patience.next_try(100), None);
    }
}
