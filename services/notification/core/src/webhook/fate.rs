//! What becomes of a delivery after an attempt.

use std::time::Duration;

use super::answer::Verdict;
use super::ladder::{self, Draw};

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The endpoint has it.
    Delivered,
    /// It is tried again.
    Again {
        /// How many attempts have failed now.
        failed: u32,
        /// After so long.
        wait: Duration,
    },
    /// It is not tried again, unless somebody asks for it.
    Dead {
        /// How many attempts have failed.
        failed: u32,
    },
}

/// What becomes of a delivery of which `failed` attempts failed before this one.
pub fn fate(verdict: Verdict, failed: u32, draw: Draw) -> Fate {
    let now_failed = failed.saturating_add(1);
    match verdict {
        Verdict::Delivered => Fate::Delivered,
        Verdict::Gone => Fate::Dead { failed: now_failed },
        Verdict::Lost => Fate::Again {
            failed,
            wait: Duration::ZERO,
        },
        Verdict::Busy { wait } | Verdict::Failed { wait } => {
            match ladder::wait(now_failed, wait, draw) {
                Some(wait) => Fate::Again {
                    failed: now_failed,
                    wait,
                },
                None => Fate::Dead { failed: now_failed },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_delivery_dies_after_ten_failures_and_not_before() {
        let mut failed = 0;
        let mut waited = Duration::ZERO;
        while let Fate::Again { failed: now, wait } =
            fate(Verdict::Failed { wait: None }, failed, Draw::new(1 << 63))
        {
            failed = now;
            waited += wait;
        }
        assert_eq!(failed, 9);
        assert_eq!(waited.as_secs() / 3_600, 75);
    }

    proptest! {
        #[test]
        fn our_own_faults_use_up_no_attempt(failed in any::<u32>(), random in any::<u64>()) {
            let again = Fate::Again { failed, wait: Duration::ZERO };
            prop_assert_eq!(fate(Verdict::Lost, failed, Draw::new(random)), again);
        }
    }
}
