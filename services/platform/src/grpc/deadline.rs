//! `grpc-timeout`: how long a caller waits.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};

/// The header's name.
pub(super) const GRPC_TIMEOUT: &str = "grpc-timeout";
/// The protocol allows at most eight digits.
const MAX_VALUE: u128 = 99_999_999;

/// How long the caller waits; `None` when they do not say, or say it wrongly.
pub(super) fn requested(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(GRPC_TIMEOUT)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 {
        return None;
    }
    let value: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(value * 3_600)),
        "M" => Some(Duration::from_secs(value * 60)),
        "S" => Some(Duration::from_secs(value)),
        "m" => Some(Duration::from_millis(value)),
        "u" => Some(Duration::from_micros(value)),
        "n" => Some(Duration::from_nanos(value)),
        _ => None,
    }
}

/// The header's value for a wait, in the finest unit that holds it.
pub(super) fn header(wait: Duration) -> HeaderValue {
    let units = [(wait.as_micros(), 'u'), (wait.as_millis(), 'm')];
    let text = units
        .iter()
        .find(|(value, _)| *value <= MAX_VALUE)
        .map_or_else(
            || format!("{}S", wait.as_secs()),
            |(value, unit)| format!("{value}{unit}"),
        );
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("1S"))
}

/// The time to answer in. A little less than the caller waits, so that they get our answer and not
/// the transport's silence; never more than `most`.
pub(super) fn allowed(headers: &HeaderMap, most: Duration) -> Duration {
    let requested = requested(headers)
        .map(|wait| wait.saturating_sub((wait / 10).min(Duration::from_millis(10))));
    requested.map_or(most, |wait| wait.min(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(
            http::HeaderName::from_static(GRPC_TIMEOUT),
            HeaderValue::from_static(text),
        )])
    }

    #[test]
    fn every_unit_is_read() {
        for (text, expected) in [
            ("2H", Duration::from_hours(2)),
            ("3M", Duration::from_mins(3)),
            ("4S", Duration::from_secs(4)),
            ("5m", Duration::from_millis(5)),
            ("6u", Duration::from_micros(6)),
            ("7n", Duration::from_nanos(7)),
        ] {
            assert_eq!(requested(&headers(text)), Some(expected), "{text}");
        }
    }

    #[test]
    fn nonsense_is_no_deadline() {
        for text in ["", "S", "5", "5x", "-5S", "123456789S"] {
            assert_eq!(requested(&headers(text)), None, "{text}");
        }
        assert_eq!(requested(&HeaderMap::new()), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for wait in [
            Duration::from_micros(1_500),
            Duration::from_secs(75),
            Duration::from_hours(250),
        ] {
            let headers =
                HeaderMap::from_iter([(http::HeaderName::from_static(GRPC_TIMEOUT), header(wait))]);
            assert_eq!(requested(&headers), Some(wait));
        }
    }

    #[test]
    fn the_shorter_of_the_two_times_holds() {
        let most = Duration::from_secs(30);
        assert_eq!(allowed(&headers("1S"), most), Duration::from_millis(990));
        assert_eq!(allowed(&headers("10m"), most), Duration::from_millis(9));
        assert_eq!(allowed(&headers("1H"), most), most);
        assert_eq!(allowed(&HeaderMap::new(), most), most);
    }
}
