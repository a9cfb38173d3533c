//! How an endpoint is doing, and when we stop calling it.

use std::time::Duration;

use time::OffsetDateTime;

use super::answer::Verdict;
use super::ladder::WAITS;

/// An endpoint that has failed for longer than this is disabled.
pub const PATIENCE: Duration = Duration::from_hours(5 * 24);
/// ... and after more failures than one delivery alone can have, so that a quiet endpoint whose one delivery
/// failed long ago is not disabled by the next short outage.
pub const FAILURES: usize = WAITS.len() + 3;

/// How long an endpoint that cannot keep up is left alone, at least.
pub const PAUSE: Duration = Duration::from_secs(30);
/// ... and at most, whatever it asks for; a single delivery may wait longer.
pub const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// How long the whole endpoint is left alone after an attempt; `None` for not at all.
pub fn pause(verdict: Verdict) -> Option<Duration> {
    match verdict {
        Verdict::Busy { wait } => Some(wait.unwrap_or_default().clamp(PAUSE, LONGEST_PAUSE)),
        Verdict::Failed { wait } => wait.map(|wait| wait.min(LONGEST_PAUSE)),
        Verdict::Delivered | Verdict::Gone | Verdict::Lost => None,
    }
}

/// Why an endpoint is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisabledReason {
    /// It answered 410 Gone.
    Gone,
    /// It failed for five days.
    Failing,
    /// Somebody of its edition disabled it.
    ByHand,
}

impl DisabledReason {
    /// Its code in storage and lists.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
            Self::ByHand => "by_hand",
        }
    }

    /// The reason with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Gone, Self::Failing, Self::ByHand]
            .into_iter()
            .find(|reason| reason.code() == code)
    }
}

/// How an endpoint that is called is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Since when every attempt has failed (real time); `None` while it is well.
    pub failing_since: Option<OffsetDateTime>,
    /// How many attempts have failed since.
    pub failures: usize,
}

/// Whether an endpoint is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Called(Health),
    /// It is not.
    Disabled(DisabledReason),
}

impl Health {
    /// How it stands after one more attempt, which ended at `at`.
    #[must_use]
    pub fn after(self, verdict: Verdict, at: OffsetDateTime) -> Standing {
        match verdict {
            Verdict::Delivered => Standing::Called(Self::default()),
            Verdict::Gone => Standing::Disabled(DisabledReason::Gone),
            Verdict::Lost => Standing::Called(self),
            Verdict::Busy { .. } | Verdict::Failed { .. } => {
                let since = self.failing_since.unwrap_or(at);
                let failures = self.failures.saturating_add(1);
                if at - since > PATIENCE && failures >= FAILURES {
                    Standing::Disabled(DisabledReason::Failing)
                } else {
                    Standing::Called(Self {
                        failing_since: Some(since),
                        failures,
                    })
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    const START: OffsetDateTime = datetime!(2026-11-24 08:00 UTC);
    const FAILED: Verdict = Verdict::Failed { wait: None };

    fn at(hours: u64) -> OffsetDateTime {
        START + Duration::from_hours(hours)
    }

    /// Lets attempts fail at these hours.
    fn failing(hours: impl IntoIterator<Item = u64>) -> Standing {
        let mut standing = Standing::Called(Health::default());
        for hour in hours {
            if let Standing::Called(health) = standing {
                standing = health.after(FAILED, at(hour));
            }
        }
        standing
    }

    #[test]
    fn five_days_of_failure_disable_an_endpoint() {
        assert!(matches!(failing((0..=120).step_by(4)), Standing::Called(_)));
        assert_eq!(
            failing((0..=124).step_by(4)),
            Standing::Disabled(DisabledReason::Failing)
        );
    }

    #[test]
    fn a_quiet_endpoint_is_not_disabled_by_its_next_failure() {
        let one_delivery_then_weeks_later_a_failure = (0..10).chain([1_000]);
        assert!(matches!(
            failing(one_delivery_then_weeks_later_a_failure),
            Standing::Called(_)
        ));
    }

    #[test]
    fn an_endpoint_that_cannot_keep_up_is_left_alone_for_a_while() {
        let wait = |seconds| Some(Duration::from_secs(seconds));
        for (verdict, expected) in [
            (Verdict::Busy { wait: None }, wait(30)),
            (Verdict::Busy { wait: wait(5) }, wait(30)),
            (Verdict::Busy { wait: wait(90) }, wait(90)),
            (Verdict::Busy { wait: wait(99_999) }, wait(3_600)),
            (Verdict::Failed { wait: wait(5) }, wait(5)),
            (FAILED, None),
            (Verdict::Delivered, None),
        ] {
            assert_eq!(pause(verdict), expected, "{verdict:?}");
        }
    }

    #[test]
    fn our_own_fault_says_nothing_of_the_endpoint() {
        let ill = Health {
            failing_since: Some(START),
            failures: 99,
        };
        assert_eq!(ill.after(Verdict::Lost, at(1_000)), Standing::Called(ill));
    }

    #[test]
    fn gone_disables_at_once() {
        let standing = Health::default().after(Verdict::Gone, START);
        assert_eq!(standing, Standing::Disabled(DisabledReason::Gone));
    }

    proptest! {
        #[test]
        fn one_success_makes_good_whatever_failed_before(failures in any::<usize>(), hours in 0_u64..10_000) {
            let ill = Health { failing_since: Some(START), failures };
            prop_assert_eq!(ill.after(Verdict::Delivered, at(hours)), Standing::Called(Health::default()));
        }
    }
}
