//! How fast SMS may leave: in no window of the configured length more than the limit.
//!
//! Turns are handed out at even distances, so that any number of senders share them by one value, the
//! next free turn. A turn is a span and not a point, because between a sender's look at the clock and
//! its first byte something always happens: whoever is too late gives the turn up. The distance allows
//! for that, so that the promise holds for first bytes and not only for turns.

use std::time::Duration;

/// At most so many messages in any window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    messages: u32,
    window: Duration,
}

/// Nothing may leave at this pace, or it cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pace needs at least one message, in a window of 100 ms to one day")]
pub struct NoSuchPace;

/// The share of a window within which a turn is used or given up: one twentieth.
const SLACK: u32 = 20;

impl Pace {
    /// At most `messages` in any `window`.
    ///
    /// # Errors
    /// [`NoSuchPace`]
    pub const fn new(messages: u32, window: Duration) -> Result<Self, NoSuchPace> {
        let millis = window.as_millis();
        if messages == 0 || millis < 100 || millis > 86_400_000 {
            return Err(NoSuchPace);
        }
        Ok(Self { messages, window })
    }

    /// How long a turn lasts: the first byte leaves before its end, or not in this turn.
    pub fn slack(self) -> Duration {
        self.window / SLACK
    }

    /// The distance of turns. So many of them as are allowed, and a slack, fill a window.
    pub fn spacing(self) -> Duration {
        let nanos = (self.window + self.slack()).as_nanos();
        let nanos = nanos.div_ceil(u128::from(self.messages));
        // A whole number of microseconds, as the database keeps it.
        let micros = u64::try_from(nanos.div_ceil(1_000)).unwrap_or(u64::MAX);
        Duration::from_micros(micros)
    }

    /// Takes `count` turns: the first one's beginning, and the next free turn. Turns that nobody took
    /// are gone, so nothing is saved up.
    pub fn take(self, next_free: Duration, now: Duration, count: u32) -> (Duration, Duration) {
        let first = next_free.max(now);
        (first, first + self.spacing() * count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pace_costs_a_twentieth_of_the_rate() {
        let pace = Pace::new(100, Duration::from_secs(1)).unwrap();
        assert_eq!(pace.spacing(), Duration::from_micros(10_500));
        assert_eq!(Pace::new(0, Duration::from_secs(1)), Err(NoSuchPace));
        assert_eq!(Pace::new(1, Duration::from_millis(99)), Err(NoSuchPace));
    }

    proptest! {
        #[test]
        fn in_no_window_more_than_the_limit_leaves(
            messages in 1_u32..40,
            window_ms in 100_u64..5_000,
            // When somebody asks, for how many turns, and how late each is used.
            asked in prop::collection::vec((0_u64..2_000_000, 1_u32..20, prop::collection::vec(0_u64..400_000, 20)), 1..40),
        ) {
            let window = Duration::from_millis(window_ms);
            let pace = Pace::new(messages, window).unwrap();
            let (mut now, mut free, mut sent) = (Duration::ZERO, Duration::ZERO, Vec::new());
            for (pause, count, lateness) in asked {
                now += Duration::from_micros(pause);
                let (first, next) = pace.take(free, now, count);
                free = next;
                for (turn, late) in (0..count).zip(lateness) {
                    let late = Duration::from_micros(late);
                    if late < pace.slack() {
                        sent.push(first + pace.spacing() * turn + late);
                    }
                }
            }
            sent.sort();
            let limit = usize::try_from(messages).unwrap();
            for (begin, end) in sent.iter().zip(sent.iter().skip(limit)) {
                prop_assert!(*end > *begin + window, "{messages} + 1 in {begin:?} to {end:?}");
            }
        }
    }
}
