//! Checks a whole definition and tells every problem at once.

use pbjson_types::{Duration, Timestamp};
use winner_platform::BusinessTime;
use winner_proto::intake::v1::{DeliveryMode, EditionDefinition, EditionPurpose};
use winner_proto::types::v1::{LocalizedText, Window as WindowMessage};

use super::problems::{FieldProblem, Problems};
use super::{EditionRules, Purpose, lists, rounds};
use crate::domain::contact::Email;
use crate::domain::deadline::{Deadline, Window};
use crate::domain::ids::EditionId;

/// Turns a definition into rules.
///
/// # Errors
/// Every problem of the definition, each with the path of its field.
pub fn check(definition: &EditionDefinition) -> Result<EditionRules, Vec<FieldProblem>> {
    let mut problems = Problems::default();
    let p = &mut problems;

    let edition = p.id("edition_id", EditionId::parse(&definition.edition_id));
    let purpose = purpose(p, definition);
    title(p, "title", definition.title.as_ref());
    let issues = lists::issues(p, &definition.issues);
    let waves = lists::waves(p, &definition.waves);
    let provinces = lists::provinces(p, &definition.provinces, &issues, &waves);
    let form = lists::form(p, definition.form.as_ref());
    let screening = lists::screening(p, &definition.screening_criteria);
    let round_ids = rounds::rounds(p, &definition.rounds);
    matching(p, definition);
    notification(p, definition);
    positive(p, "objection_window", definition.objection_window.as_ref());
    positive(p, "retention", definition.retention.as_ref());

    for (at, wave) in definition.waves.iter().enumerate() {
        let used = definition
            .provinces
            .iter()
            .any(|province| province.wave_id == wave.wave_id);
        p.require(
            used,
            format!("waves[{at}].wave_id"),
            "WAVE_UNUSED",
            "no province belongs to this wave",
        );
    }

    match (edition, purpose) {
        (Some(edition), Some(purpose)) if problems.is_empty() => Ok(EditionRules {
            edition,
            purpose,
            issues,
            provinces,
            waves,
            form,
            screening,
            rounds: round_ids,
        }),
        _ => Err(problems.into_vec()),
    }
}

fn purpose(p: &mut Problems, definition: &EditionDefinition) -> Option<Purpose> {
    match definition.purpose() {
        EditionPurpose::Real => {
            p.require(
                definition.data_notice.is_empty(),
                "data_notice",
                "NOTICE_IN_REAL_EDITION",
                "a real edition's data are not made up: leave this empty",
            );
            Some(Purpose::Real)
        }
        EditionPurpose::Test => Some(Purpose::Test),
        EditionPurpose::Unspecified => {
            p.add(
                "purpose",
                "REQUIRED",
                "must be EDITION_PURPOSE_REAL or EDITION_PURPOSE_TEST",
            );
            None
        }
    }
}

fn matching(p: &mut Problems, definition: &EditionDefinition) {
    let Some(rules) = &definition.matching else {
        p.add(
            "matching",
            "REQUIRED",
            "says how submissions and challenges are matched",
        );
        return;
    };
    p.require(
        (1..=20).contains(&rules.proposals_per_submission),
        "matching.proposals_per_submission",
        "OUT_OF_RANGE",
        "must be 1 to 20",
    );
    positive(p, "matching.answer_window", rules.answer_window.as_ref());
}

fn notification(p: &mut Problems, definition: &EditionDefinition) {
    let Some(rules) = &definition.notification else {
        p.add("notification", "REQUIRED", "says how people are told");
        return;
    };
    let path = "notification.redirect_to";
    match rules.delivery_mode() {
        DeliveryMode::Redirect => {
            if let Err(error) = Email::parse(&rules.redirect_to) {
                p.add(path, "INVALID_EMAIL", error.to_string());
            }
        }
        DeliveryMode::Hold | DeliveryMode::Live => p.require(
            rules.redirect_to.is_empty(),
            path,
            "NOT_REDIRECTED",
            "is only for DELIVERY_MODE_REDIRECT",
        ),
        DeliveryMode::Unspecified => p.add(
            "notification.delivery_mode",
            "REQUIRED",
            "must be DELIVERY_MODE_HOLD, DELIVERY_MODE_REDIRECT or DELIVERY_MODE_LIVE",
        ),
    }
}

/// A text that people read needs its Indonesian form.
pub(super) fn title(p: &mut Problems, path: &str, text: Option<&LocalizedText>) {
    const LONGEST: usize = 300;
    let (id, en) = text.map_or(("", ""), |text| (text.id.as_str(), text.en.as_str()));
    p.require(
        !id.trim().is_empty(),
        format!("{path}.id"),
        "REQUIRED",
        "the Indonesian text is required",
    );
    for (field, text) in [("id", id), ("en", en)] {
        p.require(
            text.chars().count() <= LONGEST,
            format!("{path}.{field}"),
            "TOO_LONG",
            format!("must have at most {LONGEST} characters"),
        );
    }
}

/// A window that is whole and the right way round.
pub(super) fn window(
    p: &mut Problems,
    path: &str,
    window: Option<&WindowMessage>,
) -> Option<Window> {
    let Some(message) = window else {
        p.add(
            path,
            "REQUIRED",
            "a window with `opens_at` and `closes_at` is required",
        );
        return None;
    };
    let opens = moment(p, &format!("{path}.opens_at"), message.opens_at.as_ref());
    let closes_path = format!("{path}.closes_at.at");
    let closing = message.closes_at.as_ref();
    let at = moment(
        p,
        &closes_path,
        closing.and_then(|deadline| deadline.at.as_ref()),
    );
    let whole_second = closing.is_some_and(|deadline| deadline.whole_second);
    let (opens, at) = (opens?, at?);
    if whole_second && at != at.truncate_to_seconds() {
        p.add(
            &closes_path,
            "NOT_A_WHOLE_SECOND",
            "a deadline of a whole second has no fraction",
        );
    }
    if at <= opens {
        p.add(
            &closes_path,
            "CLOSES_BEFORE_OPENING",
            "must be later than `opens_at`",
        );
        return None;
    }
    Some(Window {
        opens,
        closes: Deadline { at, whole_second },
    })
}

fn moment(p: &mut Problems, path: &str, at: Option<&Timestamp>) -> Option<BusinessTime> {
    // Years that people write with four digits: RFC 3339 knows no others.
    const LATEST_SECOND: i64 = 253_402_300_799;
    let read = at
        .filter(|at| (0..=LATEST_SECOND).contains(&at.seconds))
        .and_then(|at| BusinessTime::from_timestamp(at.seconds, at.nanos));
    p.require(
        read.is_some(),
        path,
        "INVALID_TIME",
        "a time such as 2026-02-06T00:00:00+07:00 is required",
    );
    read
}

fn positive(p: &mut Problems, path: &str, duration: Option<&Duration>) {
    let holds = duration.is_some_and(|d| d.seconds > 0 && (0..1_000_000_000).contains(&d.nanos));
    p.require(
        holds,
        path,
        "REQUIRED",
        "a duration of at least a second is required",
    );
}
