//! The two times.
//!
//! *Business time* is what deadlines, receipts and schedules are written in; *real time* is what
//! leases, tokens and metrics live by. Outside production an operator may shift business time, so
//! the two are separate types and nothing converts one into the other.

use std::fmt;
use std::time::Duration;

use ::time::format_description::well_known::Rfc3339;
use ::time::{OffsetDateTime, UtcOffset};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Nanoseconds in a millisecond.
const NANOS_PER_MILLI: u32 = 1_000_000;
/// Nanoseconds in a microsecond, the precision of Postgres.
const NANOS_PER_MICRO: u32 = 1_000;

macro_rules! instant_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
        #[sqlx(transparent)]
        pub struct $name(OffsetDateTime);

        impl $name {
            /// Takes a time read from a database or parsed at the edge as this kind of time,
            /// in UTC and cut to the microsecond that Postgres keeps.
            pub fn from_offset(at: OffsetDateTime) -> Self {
                let at = at.to_offset(UtcOffset::UTC);
                Self(cut(at, NANOS_PER_MICRO))
            }

            /// The time for a database column, in UTC.
            pub const fn as_offset(self) -> OffsetDateTime {
                self.0
            }

            /// The same time without what is finer than a millisecond.
            #[must_use]
            pub fn truncate_to_millis(self) -> Self {
                Self(cut(self.0, NANOS_PER_MILLI))
            }

            /// The same time without what is finer than a second.
            #[must_use]
            pub fn truncate_to_seconds(self) -> Self {
                Self(cut(self.0, 1_000_000_000))
            }

            /// From the seconds and nanoseconds of a protobuf `Timestamp`; `None` out of range.
            pub fn from_timestamp(seconds: i64, nanos: i32) -> Option<Self> {
                let nanos = u32::try_from(nanos).ok().filter(|nanos| *nanos < 1_000_000_000)?;
                let whole = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
                Some(Self::from_offset(whole.replace_nanosecond(nanos).ok()?))
            }

            /// The seconds and nanoseconds of a protobuf `Timestamp`.
            pub const fn to_timestamp(self) -> (i64, i32) {
                (self.0.unix_timestamp(), self.0.nanosecond().cast_signed())
            }

            /// This time and `later` more; `None` past the end of the calendar.
            pub fn checked_add(self, later: Duration) -> Option<Self> {
                let later = ::time::Duration::try_from(later).ok()?;
                self.0.checked_add(later).map(Self)
            }

            /// This time less `earlier`; `None` before the start of the calendar.
            pub fn checked_sub(self, earlier: Duration) -> Option<Self> {
                let earlier = ::time::Duration::try_from(earlier).ok()?;
                self.0.checked_sub(earlier).map(Self)
            }

            /// How long after `earlier` this is; zero when it is not after.
            pub fn since(self, earlier: Self) -> Duration {
                Duration::try_from(self.0 - earlier.0).unwrap_or(Duration::ZERO)
            }

            /// RFC 3339 in UTC, as in `2026-11-24T05:00:00.123Z`.
            pub fn to_rfc3339(self) -> String {
                self.0.format(&Rfc3339).unwrap_or_else(|_| self.0.to_string())
            }

            /// Reads RFC 3339, with any offset.
            ///
            /// # Errors
            /// When the text is no RFC 3339 time.
            pub fn parse_rfc3339(text: &str) -> Result<Self, ::time::error::Parse> {
                OffsetDateTime::parse(text, &Rfc3339).map(Self::from_offset)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_rfc3339())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.to_rfc3339())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.to_rfc3339())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse_rfc3339(&text).map_err(de::Error::custom)
            }
        }
    };
}

instant_type! {
    /// A moment of business time: deadlines, stages, schedules, receipts, the time of an event.
    BusinessTime
}

instant_type! {
    /// A moment of real time: leases, back-off, signatures, tokens, metrics.
    RealTime
}

/// Drops what is finer than `nanos`.
fn cut(at: OffsetDateTime, nanos: u32) -> OffsetDateTime {
    let kept = at.nanosecond() - at.nanosecond() % nanos;
    at.replace_nanosecond(kept).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> BusinessTime {
        BusinessTime::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn an_arrival_is_cut_to_the_millisecond() {
        let arrived = at("2026-11-24T05:00:00.999999Z");
        assert_eq!(arrived.truncate_to_millis(), at("2026-11-24T05:00:00.999Z"));
        assert_eq!(arrived.truncate_to_seconds(), at("2026-11-24T05:00:00Z"));
    }

    #[test]
    fn a_time_before_1970_is_cut_downwards_too() {
        let early = at("1969-12-31T23:59:59.1239Z");
        assert_eq!(early.truncate_to_millis(), at("1969-12-31T23:59:59.123Z"));
    }

    #[test]
    fn a_local_time_is_the_same_moment_in_utc() {
        assert_eq!(at("2026-11-24T12:00:00+07:00"), at("2026-11-24T05:00:00Z"));
        assert_eq!(
            at("2026-11-24T12:00:00+07:00").to_rfc3339(),
            "2026-11-24T05:00:00Z"
        );
    }

    #[test]
    fn a_timestamp_message_comes_back_the_same() {
        let noon = at("2026-11-24T05:00:00.123456Z");
        let (seconds, nanos) = noon.to_timestamp();
        assert_eq!(BusinessTime::from_timestamp(seconds, nanos), Some(noon));
        assert_eq!(BusinessTime::from_timestamp(seconds, -1), None);
        assert_eq!(BusinessTime::from_timestamp(seconds, 1_000_000_000), None);
        assert_eq!(BusinessTime::from_timestamp(i64::MAX, 0), None);
    }

    #[test]
    fn json_is_rfc_3339() {
        let json = serde_json::to_string(&at("2026-11-24T05:00:00.5Z")).unwrap();
        assert_eq!(json, "\"2026-11-24T05:00:00.5Z\"");
        assert_eq!(
            serde_json::from_str::<BusinessTime>(&json).unwrap(),
            at("2026-11-24T05:00:00.5Z")
        );
        assert!(serde_json::from_str::<BusinessTime>("\"yesterday\"").is_err());
    }

    #[test]
    fn time_that_has_not_passed_yet_is_no_time() {
        let noon = at("2026-11-24T05:00:00Z");
        let later = noon.checked_add(Duration::from_mins(1)).unwrap();
        assert_eq!(later.since(noon), Duration::from_mins(1));
        assert_eq!(noon.since(later), Duration::ZERO);
    }
}
