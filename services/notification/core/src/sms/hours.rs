//! The hours in which people may be written to, where they are.

use time::{Duration, OffsetDateTime, Time, UtcOffset};

/// Hours of the day, from `from` up to, and without, `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    from: u8,
    until: u8,
}

/// The hours make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("hours must satisfy 0 <= from < until <= 24")]
pub struct NoSuchHours;

impl Hours {
    /// Indonesia's rule for SMS: 08 to 20 h.
    pub const INDONESIA: Self = Self { from: 8, until: 20 };

    /// Hours of one day.
    ///
    /// # Errors
    /// [`NoSuchHours`] where they are not in order, or not of one day.
    pub const fn new(from: u8, until: u8) -> Result<Self, NoSuchHours> {
        if from < until && until <= 24 {
            Ok(Self { from, until })
        } else {
            Err(NoSuchHours)
        }
    }

    /// The first moment from `now` on, at which somebody in a zone may be written to: `now` itself
    /// within the hours.
    pub fn next(self, now: OffsetDateTime, zone: UtcOffset) -> OffsetDateTime {
        let local = now.to_offset(zone);
        if local.hour() >= self.from && local.hour() < self.until {
            return now;
        }
        let begin = Time::MIDNIGHT + Duration::hours(i64::from(self.from));
        let today = local.replace_time(begin);
        if local < today {
            today
        } else {
            today.saturating_add(Duration::days(1))
        }
    }

    /// The next midnight in a zone, when the day's caps begin anew.
    pub fn next_day(now: OffsetDateTime, zone: UtcOffset) -> OffsetDateTime {
        now.to_offset(zone)
            .replace_time(Time::MIDNIGHT)
            .saturating_add(Duration::days(1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::{datetime, offset};

    use super::*;

    #[test]
    fn in_the_evening_an_sms_waits_for_the_next_morning() {
        let wib = offset!(+7);
        let cases = [
            (
                datetime!(2026-11-24 07:59:59 +7),
                datetime!(2026-11-24 08:00 +7),
            ),
            (
                datetime!(2026-11-24 08:00 +7),
                datetime!(2026-11-24 08:00 +7),
            ),
            (
                datetime!(2026-11-24 19:59:59 +7),
                datetime!(2026-11-24 19:59:59 +7),
            ),
            (
                datetime!(2026-11-24 20:00 +7),
                datetime!(2026-11-25 08:00 +7),
            ),
            (
                datetime!(2026-12-31 23:30 +7),
                datetime!(2027-01-01 08:00 +7),
            ),
        ];
        for (now, next) in cases {
            assert_eq!(Hours::INDONESIA.next(now, wib), next, "{now}");
        }
    }

    #[test]
    fn papua_sleeps_before_jakarta() {
        let now = datetime!(2026-11-24 19:00 +7);
        assert_eq!(Hours::INDONESIA.next(now, offset!(+7)), now);
        assert_eq!(
            Hours::INDONESIA.next(now, offset!(+9)),
            datetime!(2026-11-25 08:00 +9)
        );
    }

    #[test]
    fn hours_are_in_order() {
        assert_eq!(Hours::new(20, 8), Err(NoSuchHours));
        assert_eq!(Hours::new(8, 25), Err(NoSuchHours));
        assert!(Hours::new(0, 24).is_ok());
    }

    proptest! {
        #[test]
        fn the_next_moment_is_allowed_and_less_than_a_day_away(
            second in 0_i64..4_000_000_000, hours in 7_i8..=9, from in 0_u8..23, length in 1_u8..24,
        ) {
            let hours_of_day = Hours::new(from, (from + length).min(24)).unwrap();
            let zone = UtcOffset::from_hms(hours, 0, 0).unwrap();
            let now = OffsetDateTime::from_unix_timestamp(second).unwrap();
            let next = hours_of_day.next(now, zone);
            prop_assert!(next >= now && next - now < Duration::days(1));
            prop_assert_eq!(hours_of_day.next(next, zone), next);
        }
    }
}
