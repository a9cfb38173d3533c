//! When a delivery that failed is tried again: the ladder of Standard Webhooks, 75 hours in all.

use std::time::Duration;

/// The waits after the first, the second, … failed attempt. Then it is a dead letter.
pub const WAITS: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];

/// The most a wait is shortened or lengthened, so that what failed together is not tried together.
const JITTER: f64 = 0.2;

/// A draw between the shortest and the longest wait.
#[derive(Clone, Copy, Debug)]
pub struct Draw(f64);

impl Draw {
    /// From a random number.
    pub fn new(random: u64) -> Self {
        // The upper 53 bits fill a fraction exactly.
        Self((random >> 11) as f64 / (1_u64 << 53) as f64)
    }

    fn spread(self, wait: Duration) -> Duration {
        wait.mul_f64(1.0 - JITTER + 2.0 * JITTER * self.0)
    }
}

/// How long to wait after the `failed`th failure in a row, from 1; `None` when it was the last attempt.
///
/// An endpoint that asks for more time gets it (`asked`, bounded by [`super::retry_after::LONGEST`]); one that
/// asks for less does not, or it would use up its attempts in minutes.
pub fn wait(failed: u32, asked: Option<Duration>, draw: Draw) -> Option<Duration> {
    let rung = usize::try_from(failed.checked_sub(1)?).ok()?;
    let wait = draw.spread(*WAITS.get(rung)?);
    Some(asked.map_or(wait, |asked| {
        wait.max(asked.min(super::retry_after::LONGEST))
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ladder_is_75_hours_long() {
        let all: Duration = WAITS.iter().sum();
        assert_eq!(all.as_secs() / 3_600, 75);
        let middle = Draw::new(1 << 63);
        assert_eq!(wait(1, None, middle), Some(Duration::from_secs(5)));
        assert_eq!(wait(10, None, middle), None);
        assert_eq!(wait(0, None, middle), None);
    }

    #[test]
    fn an_endpoint_that_asks_for_time_gets_it_but_not_for_ever() {
        let middle = Draw::new(1 << 63);
        let asking = |seconds| wait(1, Some(Duration::from_secs(seconds)), middle).unwrap();
        assert_eq!(asking(1), Duration::from_secs(5));
        assert_eq!(asking(600), Duration::from_mins(10));
        assert_eq!(asking(10_000_000), Duration::from_hours(24));
    }

    proptest! {
        #[test]
        fn waits_are_spread_by_a_fifth_and_no_more(random in any::<u64>(), failed in 1_u32..=9) {
            let plain = WAITS[failed as usize - 1];
            let got = wait(failed, None, Draw::new(random)).unwrap();
            prop_assert!(got >= plain.mul_f64(0.799_999) && got <= plain.mul_f64(1.200_001));
        }
    }
}
