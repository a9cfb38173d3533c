//! Patterns against subjects.

use proptest::prelude::*;

use super::*;

const PUBLIC: &[EventType] = &[
    EventType {
        service: "intake",
        aggregate: "submission",
        name: "submitted",
        version: 1,
    },
    EventType {
        service: "intake",
        aggregate: "wave",
        name: "closed",
        version: 1,
    },
    EventType {
        service: "judging",
        aggregate: "result",
        name: "published",
        version: 2,
    },
];

fn filter(patterns: &[&str]) -> Result<Filter, FilterError> {
    Filter::parse(patterns.iter().copied(), PUBLIC)
}

fn wants(pattern: &str, subject: &str) -> bool {
    let words: Vec<&str> = subject.split('.').collect();
    let subject = Subject::new(words[0], words[1], words[2], words[3], words[4]);
    filter(&[pattern]).unwrap().wants(&subject)
}

#[test]
fn patterns_fit_as_on_the_broker() {
    let submitted = "intake.submission.submitted.v1.0199-a";
    for pattern in [
        ">",
        "winner.>",
        "intake.>",
        "winner.intake.submission.>",
        "*.submission.>",
        "intake.submission.submitted.>",
        "intake.submission.submitted.v1.>",
        "intake.submission.submitted.v1",
        "winner.intake.submission.submitted.v1",
        "intake.submission.*.v1",
        "*.*.*.*.*",
        "intake.submission.submitted.v1.0199-a",
    ] {
        assert!(wants(pattern, submitted), "{pattern}");
    }
    for pattern in [
        "judging.>",
        "intake.wave.>",
        "intake.submission.submitted.v1.0199-b",
        "*.result.published.v2",
    ] {
        assert!(!wants(pattern, submitted), "{pattern}");
    }
}

#[test]
fn what_fits_nothing_public_is_refused() {
    for pattern in [
        "intake.screening.>",
        "intake.submission.withdrawn.v1",
        "judging.result.published.v1",
        "notification.>",
    ] {
        let refused = filter(&[pattern]).unwrap_err();
        assert_eq!(refused, FilterError::FitsNothing(pattern.to_owned()));
    }
}

#[test]
fn what_is_no_pattern_is_refused() {
    let long = "a".repeat(300);
    for pattern in [
        "",
        ".",
        "winner",
        "intake",
        "intake.submission",
        "intake.submission.submitted",
        "intake..>",
        "intake>",
        ">.intake",
        "in>take.>",
        "Intake.>",
        "intake.submission.submitted.v1.a.b",
        "intake.submission.submitted.v1.*.>",
        "intake.submission.submitted.v1.a b",
        "intake.sub*.>",
        "winner.winner.>",
        &long,
    ] {
        let refused = filter(&[pattern]).unwrap_err();
        assert!(
            matches!(
                refused,
                FilterError::Malformed(_) | FilterError::FitsNothing(_)
            ),
            "{pattern}: {refused}"
        );
    }
    assert_eq!(filter(&[]).unwrap_err(), FilterError::Empty);
    assert_eq!(filter(&[">"; 21]).unwrap().patterns(), [">"]);
}

#[test]
fn more_than_twenty_patterns_are_refused() {
    let ids: Vec<String> = (0..21)
        .map(|id| format!("intake.wave.closed.v1.{id}"))
        .collect();
    let patterns: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(filter(&patterns).unwrap_err(), FilterError::TooMany);
}

proptest! {
    #[test]
    fn what_is_kept_reads_as_it_was_meant(
        words in proptest::collection::vec("[a-z]{1,3}|\\*", 0..5), open in any::<bool>(), root in any::<bool>(),
    ) {
        let mut text = words.join(".");
        if open {
            text.push_str(if text.is_empty() { ">" } else { ".>" });
        }
        if root {
            text.insert_str(0, ROOT);
        }
        if let Some(pattern) = Pattern::parse(&text) {
            prop_assert_eq!(Pattern::parse(&pattern.to_string()), Some(pattern));
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        let _ = filter(&[&text]).is_ok();
    }
}
