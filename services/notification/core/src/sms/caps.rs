//! Caps against running amok and against toll fraud: how many SMS one number gets in an hour and in a
//! day, and what all of them may cost in a day. Hours and days of a number are the last 60 minutes and
//! 24 hours at any moment, not those of the clock, so that no edge lets twice as much through.

use std::collections::HashMap;

use time::{Duration, OffsetDateTime};

/// A number as its keyed hash: nobody can read it out.
pub type NumberHash = [u8; 32];

/// The caps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// SMS to one number in any 60 minutes.
    pub number_in_an_hour: u32,
    /// SMS to one number in any 24 hours.
    pub number_in_a_day: u32,
    /// Rupiah that all SMS of one day, by Jakarta's clock, may cost.
    pub rupiah_in_a_day: u64,
}

/// Which cap keeps an SMS back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capped {
    /// Its number has had its share; it has some again at this moment.
    Number {
        /// When.
        until: OffsetDateTime,
    },
    /// The day's money is spent.
    Cost,
}

/// What was sent lately, as far as the caps ask.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// When SMS went to these numbers in the last 24 hours, oldest first.
    pub sent: HashMap<NumberHash, Vec<OffsetDateTime>>,
    /// What this day's SMS cost so far, in rupiah.
    pub rupiah_today: u64,
}

impl Book {
    /// Books an SMS to a number, of so many rupiah, unless a cap forbids it.
    ///
    /// # Errors
    /// [`Capped`]: nothing is booked.
    pub fn book(
        &mut self,
        caps: &Caps,
        number: NumberHash,
        rupiah: u64,
        now: OffsetDateTime,
    ) -> Result<(), Capped> {
        let sent = self.sent.entry(number).or_default();
        for (cap, span) in [
            (caps.number_in_a_day, Duration::days(1)),
            (caps.number_in_an_hour, Duration::hours(1)),
        ] {
            if let Some(until) = full_until(sent, cap, span, now) {
                return Err(Capped::Number { until });
            }
        }
        let today = self.rupiah_today.saturating_add(rupiah);
        if today > caps.rupiah_in_a_day {
            return Err(Capped::Cost);
        }
        self.rupiah_today = today;
        sent.push(now);
        Ok(())
    }
}

/// When a span has room again; `None` where it has now.
fn full_until(
    sent: &[OffsetDateTime],
    cap: u32,
    span: Duration,
    now: OffsetDateTime,
) -> Option<OffsetDateTime> {
    let cap = usize::try_from(cap).unwrap_or(usize::MAX);
    if cap == 0 {
        return Some(now.saturating_add(span));
    }
    let oldest_that_counts = sent.len().checked_sub(cap)?;
    let until = sent.get(oldest_that_counts)?.saturating_add(span);
    (until > now).then_some(until)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-11-24 05:00 UTC);
    const CAPS: Caps = Caps {
        number_in_an_hour: 2,
        number_in_a_day: 3,
        rupiah_in_a_day: 2_000,
    };
    const ANI: NumberHash = [1; 32];
    const BUDI: NumberHash = [2; 32];

    #[test]
    fn a_number_gets_its_share_of_an_hour_and_of_a_day() {
        let mut book = Book::default();
        let mut at = |minutes| book.book(&CAPS, ANI, 1, NOON + Duration::minutes(minutes));
        assert_eq!(at(0), Ok(()));
        assert_eq!(at(10), Ok(()));
        let until = NOON + Duration::hours(1);
        assert_eq!(at(20), Err(Capped::Number { until }));
        assert_eq!(at(60), Ok(()));
        let until = NOON + Duration::days(1);
        assert_eq!(at(600), Err(Capped::Number { until }));
    }

    #[test]
    fn one_number_does_not_use_up_anothers_share() {
        let mut book = Book::default();
        for _ in 0..2 {
            assert!(book.book(&CAPS, ANI, 1, NOON).is_ok());
        }
        assert!(book.book(&CAPS, ANI, 1, NOON).is_err());
        assert!(book.book(&CAPS, BUDI, 1, NOON).is_ok());
    }

    #[test]
    fn the_days_money_is_not_overspent() {
        let mut book = Book {
            rupiah_today: 1_500,
            ..Book::default()
        };
        assert_eq!(book.book(&CAPS, ANI, 501, NOON), Err(Capped::Cost));
        assert_eq!(book.book(&CAPS, ANI, 500, NOON), Ok(()));
        assert_eq!(book.book(&CAPS, BUDI, 1, NOON), Err(Capped::Cost));
        assert_eq!(book.rupiah_today, 2_000);
    }

    proptest! {
        #[test]
        fn in_no_hour_and_no_day_a_number_gets_more_than_its_share(
            pauses in prop::collection::vec(0_i64..5_000, 1..200), hour in 1_u32..5, day in 1_u32..12,
        ) {
            let caps = Caps { number_in_an_hour: hour, number_in_a_day: day, rupiah_in_a_day: u64::MAX };
            let (mut book, mut now) = (Book::default(), NOON);
            for pause in pauses {
                now += Duration::seconds(pause);
                if let Err(Capped::Number { until }) = book.book(&caps, ANI, 1, now) {
                    prop_assert!(until > now);
                    let mut later = book.clone();
                    let free = later.book(&caps, ANI, 1, until);
                    // The other span may still be full then, but never longer.
                    if let Err(Capped::Number { until: again }) = free {
                        prop_assert!(again > until);
                    }
                }
            }
            let sent = &book.sent[&ANI];
            for (cap, span) in [(hour, Duration::hours(1)), (day, Duration::days(1))] {
                let cap = usize::try_from(cap).unwrap();
                for (begin, end) in sent.iter().zip(sent.iter().skip(cap)) {
                    prop_assert!(*end - *begin >= span);
                }
            }
        }
    }
}
