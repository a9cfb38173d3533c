//! Values that people write otherwise than JSON does: moments, deadlines, durations, choices.

use prost_reflect::EnumDescriptor;
use saphyr::Scalar;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads a message that is written as one value. `None` where it is written as a mapping.
pub(super) fn special(message: &str, scalar: Option<&Scalar<'_>>) -> Option<Result<Value, String>> {
    let text = match scalar {
        Some(Scalar::String(text)) => Some(text.as_ref()),
        _ => None,
    };
    match message {
        "google.protobuf.Timestamp" => Some(moment(text).map(|at| json!(at))),
        "google.protobuf.Duration" => Some(duration(text)),
        "winner.types.v1.Deadline" => Some(deadline(text)),
        "winner.types.v1.LocalizedText" => text.map(|text| Ok(json!({ "id": text }))),
        _ => None,
    }
}

const MOMENT: &str = "must be a moment with its zone such as 2026-03-06T12:00:00+07:00";

fn moment(text: Option<&str>) -> Result<String, String> {
    let at = OffsetDateTime::parse(text.unwrap_or_default(), &Rfc3339).map_err(|_| MOMENT)?;
    at.to_offset(time::UtcOffset::UTC)
        .format(&Rfc3339)
        .map_err(|e| e.to_string())
}

/// A deadline written without a fraction of a second covers its whole second.
fn deadline(text: Option<&str>) -> Result<Value, String> {
    let at = moment(text)?;
    let whole_second = !text.is_some_and(|text| text.contains('.'));
    Ok(json!({ "at": at, "wholeSecond": whole_second }))
}

/// `5d`, `12h`, `30m`, `90s`.
fn duration(text: Option<&str>) -> Result<Value, String> {
    let wrong = || "must be a duration such as 5d, 12h, 30m or 90s".to_owned();
    let text = text.ok_or_else(wrong)?;
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let seconds = match unit {
        "d" => 86_400,
        "h" => 3_600,
        "m" => 60,
        "s" => 1,
        _ => return Err(wrong()),
    };
    let number: u32 = number.parse().map_err(|_| wrong())?;
    Ok(json!(format!("{}s", u64::from(number) * seconds)))
}

/// A choice by its short name: `desk` for `ROUND_KIND_DESK`.
pub(super) fn choice(choices: &EnumDescriptor, name: &str) -> Result<Value, String> {
    let prefix = choices
        .get_value(0)
        .map(|zero| zero.name().trim_end_matches("UNSPECIFIED").to_owned())
        .unwrap_or_default();
    let short = |full: &str| full.trim_start_matches(&prefix).to_lowercase();
    let named: Vec<_> = choices.values().filter(|v| v.number() != 0).collect();
    named
        .iter()
        .find(|v| short(v.name()) == name)
        .map(|v| json!(v.name()))
        .ok_or_else(|| {
            let known: Vec<_> = named.iter().map(|v| short(v.name())).collect();
            format!("must be one of {}", known.join(", "))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_without_a_fraction_covers_its_second() {
        let read = deadline(Some("2026-03-06T12:00:00+07:00")).unwrap();
        assert_eq!(
            read,
            json!({ "at": "2026-03-06T05:00:00Z", "wholeSecond": true })
        );
        let read = deadline(Some("2026-03-06T12:00:00.000+07:00")).unwrap();
        assert_eq!(read["wholeSecond"], json!(false));
    }

    #[test]
    fn a_moment_without_a_zone_is_refused() {
        assert!(moment(Some("2026-03-06T12:00:00")).is_err());
    }

    #[test]
    fn durations_are_written_with_their_unit() {
        assert_eq!(duration(Some("5d")).unwrap(), json!("432000s"));
        for wrong in ["5", "d", "5w", "-5d", ""] {
            assert!(duration(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
