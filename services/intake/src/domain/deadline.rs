//! Deadlines and windows, in business time.

use winner_platform::BusinessTime;

/// The last moment that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The moment as written.
    pub at: BusinessTime,
    /// It was written without milliseconds and covers its whole second.
    pub whole_second: bool,
}

impl Deadline {
    /// What arrived then is in time: its arrival, cut to milliseconds, is not after the deadline.
    pub fn admits(self, arrived: BusinessTime) -> bool {
        let arrived = arrived.truncate_to_millis();
        if self.whole_second {
            arrived.truncate_to_seconds() <= self.at.truncate_to_seconds()
        } else {
            arrived <= self.at
        }
    }
}

/// A period, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First moment.
    pub opens: BusinessTime,
    /// Last moment.
    pub closes: Deadline,
}

/// Where a moment lies with regard to a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Too early.
    Before,
    /// In time.
    Within,
    /// Too late.
    After,
}

impl Window {
    /// Places an arrival.
    pub fn place(&self, arrived: BusinessTime) -> Moment {
        if arrived < self.opens {
            Moment::Before
        } else if self.closes.admits(arrived) {
            Moment::Within
        } else {
            Moment::After
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> BusinessTime {
        BusinessTime::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn a_deadline_second_in_wib_is_met_from_the_wit_zone() {
        // 13:59:59 WIT is 11:59:59 WIB.
        let noon = Deadline {
            at: at("2026-04-16T11:59:59+07:00"),
            whole_second: true,
        };
        assert!(noon.admits(at("2026-04-16T13:59:59+09:00")));
        assert!(noon.admits(at("2026-04-16T13:59:59.999999+09:00")));
        assert!(!noon.admits(at("2026-04-16T14:00:00+09:00")));
    }

    #[test]
    fn a_deadline_with_milliseconds_ends_with_its_millisecond() {
        let deadline = Deadline {
            at: at("2026-04-16T05:00:00.250Z"),
            whole_second: false,
        };
        assert!(deadline.admits(at("2026-04-16T05:00:00.250999Z")));
        assert!(!deadline.admits(at("2026-04-16T05:00:00.251Z")));
    }

    #[test]
    fn a_window_has_a_before_and_an_after() {
        let window = Window {
            opens: at("2026-02-06T00:00:00Z"),
            closes: Deadline {
                at: at("2026-02-20T05:00:00Z"),
                whole_second: true,
            },
        };
        assert_eq!(window.place(at("2026-02-05T23:59:59.999Z")), Moment::Before);
        assert_eq!(window.place(at("2026-02-06T00:00:00Z")), Moment::Within);
        assert_eq!(window.place(at("2026-02-20T05:00:01Z")), Moment::After);
    }

    proptest! {
        #[test]
        fn whoever_is_in_time_would_have_been_so_earlier(micros in 0_i64..4_000_000, earlier in 0_i64..4_000_000, whole in any::<bool>()) {
            let start = at("2026-04-16T05:00:00Z");
            let deadline = Deadline { at: start.checked_add(std::time::Duration::from_secs(2)).unwrap(), whole_second: whole };
            let moment = |m: i64| start.checked_add(std::time::Duration::from_micros(m.unsigned_abs())).unwrap();
            if deadline.admits(moment(micros)) {
                prop_assert!(deadline.admits(moment(micros.min(earlier))));
            }
        }
    }
}
