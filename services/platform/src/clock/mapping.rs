//! The arithmetic of the clock: from samples to a mapping. Pure, so that it can be tested without
//! a database.

use std::collections::VecDeque;
use std::time::Duration;

use ::time::OffsetDateTime;

/// The largest error at which the clock counts as settled.
pub const MAX_ERROR: Duration = Duration::from_millis(25);
/// How long a sample may be used.
pub(super) const WINDOW: Duration = Duration::from_mins(1);
/// How far a monotonic clock may drift from the database's, in parts per million.
const DRIFT_PPM: u32 = 200;

/// One answer of the database. Moments of this process are durations since it started its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    /// When the question was sent.
    pub(super) asked: Duration,
    /// When the answer came.
    pub(super) answered: Duration,
    /// What the database's clock said in between.
    pub(super) database: OffsetDateTime,
    /// What is to be added for business time.
    pub(super) offset: ::time::Duration,
}

impl Sample {
    /// Half the round trip: how far `database` may be from the middle of it.
    fn error(&self) -> Duration {
        self.answered.saturating_sub(self.asked) / 2
    }

    /// The database's time at `moment`, taking its answer to have been made half way.
    fn at(&self, moment: Duration) -> OffsetDateTime {
        let middle = self.asked + self.error();
        let passed = signed(moment) - signed(middle);
        self.database.checked_add(passed).unwrap_or(self.database)
    }

    /// Whether both samples can be true of one steady clock.
    fn agrees_with(&self, other: &Self) -> bool {
        let apart = (self.at(self.answered) - other.at(self.answered)).unsigned_abs();
        let between = self.answered.abs_diff(other.answered);
        apart <= self.error() + other.error() + between * DRIFT_PPM / 1_000_000
    }
}

/// The samples of the last minute, and what they say the time is.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    samples: VecDeque<Sample>,
    /// The best sample of the last time there was one; carries the time through an outage.
    best: Option<Sample>,
    offset: ::time::Duration,
    has_settled: bool,
}

impl Mapping {
    /// Takes a sample in. A sample that contradicts the older ones replaces them: the database's
    /// clock is the authority, also when it was set or another server took over.
    pub(super) fn add(&mut self, sample: Sample) {
        self.samples.retain(|older| {
            sample.answered.saturating_sub(older.answered) <= WINDOW && older.agrees_with(&sample)
        });
        self.samples.push_back(sample);
        self.best = self
            .samples
            .iter()
            .min_by_key(|sample| sample.error())
            .copied();
        self.offset = sample.offset;
        self.has_settled |= self.is_settled(sample.answered);
    }

    /// Business time at `moment`, before any sample `None`.
    pub(super) fn business(&self, moment: Duration) -> Option<OffsetDateTime> {
        self.best
            .and_then(|best| best.at(moment).checked_add(self.offset))
    }

    /// Whether a sample of the last minute has an error of at most [`MAX_ERROR`].
    pub(super) fn is_settled(&self, moment: Duration) -> bool {
        self.samples.iter().any(|sample| {
            sample.error() <= MAX_ERROR && moment.saturating_sub(sample.answered) <= WINDOW
        })
    }

    /// Whether it was ever settled.
    pub(super) const fn has_settled(&self) -> bool {
        self.has_settled
    }
}

fn signed(duration: Duration) -> ::time::Duration {
    ::time::Duration::try_from(duration).unwrap_or(::time::Duration::MAX)
}

#[cfg(test)]
mod tests {
    use ::time::macros::datetime;
    use proptest::prelude::*;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-11-24 05:00:00 UTC);

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// A sample of a database whose clock says noon when the process's says zero.
    fn sample(asked: u64, answered: u64) -> Sample {
        let middle = ms(asked.midpoint(answered));
        Sample {
            asked: ms(asked),
            answered: ms(answered),
            database: NOON + middle,
            offset: ::time::Duration::ZERO,
        }
    }

    #[test]
    fn time_goes_on_from_the_middle_of_the_round_trip() {
        let mut mapping = Mapping::default();
        assert_eq!(mapping.business(ms(0)), None);
        mapping.add(sample(1_000, 1_010));
        assert_eq!(mapping.business(ms(3_005)), Some(NOON + ms(3_005)));
    }

    #[test]
    fn the_shortest_round_trip_of_the_minute_counts() {
        let mut mapping = Mapping::default();
        mapping.add(sample(0, 2));
        let mut skewed = sample(1_000, 1_040);
        skewed.database += ms(15);
        mapping.add(skewed);
        assert_eq!(mapping.business(ms(2_000)), Some(NOON + ms(2_000)));
    }

    #[test]
    fn a_sample_older_than_a_minute_no_longer_counts() {
        let mut mapping = Mapping::default();
        mapping.add(sample(0, 2));
        let mut skewed = sample(61_000, 61_040);
        skewed.database += ms(15);
        mapping.add(skewed);
        assert_eq!(mapping.business(ms(62_000)), Some(NOON + ms(62_015)));
    }

    #[test]
    fn a_round_trip_over_fifty_milliseconds_does_not_settle() {
        let mut mapping = Mapping::default();
        mapping.add(sample(0, 52));
        assert!(!mapping.is_settled(ms(52)));
        assert!(!mapping.has_settled());
        mapping.add(sample(1_000, 1_050));
        assert!(mapping.is_settled(ms(1_050)));
    }

    #[test]
    fn a_minute_without_an_answer_unsettles_but_time_goes_on() {
        let mut mapping = Mapping::default();
        mapping.add(sample(0, 2));
        assert!(mapping.is_settled(ms(60_002)));
        assert!(!mapping.is_settled(ms(60_003)));
        assert!(mapping.has_settled());
        assert_eq!(mapping.business(ms(90_000)), Some(NOON + ms(90_000)));
    }

    #[test]
    fn the_offset_of_the_latest_sample_counts_even_when_its_round_trip_is_long() {
        let mut mapping = Mapping::default();
        mapping.add(sample(0, 2));
        let mut shifted = sample(1_000, 1_040);
        shifted.offset = ::time::Duration::hours(3);
        mapping.add(shifted);
        assert_eq!(
            mapping.business(ms(2_000)),
            Some(NOON + ms(2_000) + ::time::Duration::hours(3))
        );
    }

    #[test]
    fn a_database_clock_that_was_set_replaces_what_it_said_before() {
        let mut mapping = Mapping::default();
        mapping.add(sample(0, 2));
        let mut stepped = sample(1_000, 1_010);
        stepped.database += ms(500);
        mapping.add(stepped);
        assert_eq!(mapping.business(ms(2_000)), Some(NOON + ms(2_500)));
    }

    proptest! {
        /// Whatever the way there and back took, the time told is off by at most half of the
        /// shortest round trip.
        #[test]
        fn the_error_is_at_most_half_the_shortest_round_trip(
            trips in prop::collection::vec((0_u64..100_000, 0_u64..100_000), 1..30),
            later in 0_u64..1_000_000,
        ) {
            let mut mapping = Mapping::default();
            let mut asked = Duration::ZERO;
            let mut shortest = Duration::MAX;
            for (there, back) in &trips {
                let read = asked + Duration::from_micros(*there);
                let answered = read + Duration::from_micros(*back);
                let database = NOON + read;
                mapping.add(Sample { asked, answered, database, offset: ::time::Duration::ZERO });
                shortest = shortest.min(Duration::from_micros(there + back));
                asked = answered + ms(1_000);
            }
            let moment = asked + Duration::from_micros(later);
            let told = mapping.business(moment).unwrap();
            let error = (told - (NOON + moment)).unsigned_abs();
            prop_assert!(error <= shortest / 2 + Duration::from_nanos(1), "{error:?} {shortest:?}");
            prop_assert_eq!(mapping.is_settled(asked), shortest / 2 <= MAX_ERROR);
        }
    }
}
