//! `Retry-After` of RFC 9110, section 10.2.3: seconds, or a date in one of the three forms of section 5.6.7.

use std::time::Duration;

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

/// Longer waits are cut to this: nobody may put off a delivery past the end of its ladder.
pub const LONGEST: Duration = Duration::from_hours(24);

const IMF_FIXDATE: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);
const ASCTIME: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short] [month repr:short] [day padding:space] [hour]:[minute]:[second] [year]"
);
/// Of the obsolete form, with its year completed.
const RFC_850: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday], [day]-[month repr:short]-[year] [hour]:[minute]:[second] GMT");

/// How long the header's value asks to wait from `now` (real time); `None` where it says nothing readable.
pub fn parse(value: &str, now: OffsetDateTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds are a wait beyond all bounds.
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let until = date(value, now)?.assume_utc();
    // A date that has passed asks for no wait.
    let wait = Duration::try_from(until - now).unwrap_or(Duration::ZERO);
    Some(wait.min(LONGEST))
}

fn date(value: &str, now: OffsetDateTime) -> Option<PrimitiveDateTime> {
    PrimitiveDateTime::parse(value, IMF_FIXDATE)
        .or_else(|_| PrimitiveDateTime::parse(value, ASCTIME))
        .ok()
        .or_else(|| rfc_850(value, now))
}

/// A two-digit year is the one that is not more than 50 years ahead, as RFC 9110 says.
fn rfc_850(value: &str, now: OffsetDateTime) -> Option<PrimitiveDateTime> {
    let (day_and_month, rest) = value.rsplit_once('-')?;
    let (year, clock) = rest.split_once(' ')?;
    let year: i32 = year.parse().ok().filter(|year| (0..100).contains(year))?;
    let this = now.year();
    let year = (this / 100) * 100 + year;
    let year = if year > this + 50 { year - 100 } else { year };
    PrimitiveDateTime::parse(&format!("{day_and_month}-{year:04} {clock}"), RFC_850).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-24 08:00:00 UTC);

    #[test]
    fn seconds_and_dates_are_read_in_every_form() {
        for (value, seconds) in [
            ("120", 120),
            (" 7 ", 7),
            ("0", 0),
            ("Tue, 24 Nov 2026 08:02:00 GMT", 120),
            ("Tuesday, 24-Nov-26 08:02:00 GMT", 120),
            ("Tue Nov 24 08:02:00 2026", 120),
            ("Wed Nov  4 08:02:00 2026", 0),
            ("Tue, 24 Nov 2020 08:02:00 GMT", 0),
            ("99999999999999999999999", 86_400),
            ("Tue, 24 Nov 2099 08:02:00 GMT", 86_400),
        ] {
            assert_eq!(
                parse(value, NOW),
                Some(Duration::from_secs(seconds)),
                "{value}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for value in ["", "soon", "-5", "1.5", "Tue, 31 Feb 2026 08:00:00 GMT"] {
            assert_eq!(parse(value, NOW), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_value_panics_or_asks_for_more_than_a_day(value in "\\PC{0,60}") {
            prop_assert!(parse(&value, NOW).unwrap_or_default() <= LONGEST);
        }
    }
}
