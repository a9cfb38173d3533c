//! Which files there must be, and which there must not.

use super::super::set::{FRAME, Set, Writing};
use super::{Finding, Rule};
use crate::domain::language::Language;
use crate::domain::purpose::Purpose;

pub(super) fn lint(set: &Set) -> Vec<Finding> {
    let mut findings = Vec::new();
    if set.get(FRAME).is_none() {
        findings.push(missing(FRAME, "the frame of every text is missing"));
    }
    for purpose in Purpose::ALL {
        for language in Language::ALL {
            for writing in Writing::ALL {
                let file = writing.file(purpose, language);
                if set.get(&file).is_none() {
                    let what = what_lacks(set, purpose, language, writing);
                    findings.push(missing(&file, what));
                }
            }
        }
    }
    let foreign = set
        .iter()
        .filter(|(file, _)| !file.starts_with("parts/") && Writing::of_file(file).is_none());
    findings.extend(foreign.map(|(file, _)| {
        Finding::new(
            Rule::Foreign,
            file,
            None,
            "no purpose has a file of this name".to_owned(),
            "name it LANGUAGE/PURPOSE.mjml, .txt.jinja or .sms.jinja, or remove it",
        )
    }));
    findings
}

fn missing(file: &str, what: &str) -> Finding {
    Finding::new(Rule::Missing, file, None, what.to_owned(), "write it")
}

/// Says whether a translation is missing or a part.
fn what_lacks(set: &Set, purpose: Purpose, language: Language, writing: Writing) -> &'static str {
    let elsewhere = Language::ALL
        .into_iter()
        .any(|other| other != language && set.get(&writing.file(purpose, other)).is_some());
    match (elsewhere, writing) {
        (true, _) => "the translation is missing",
        (false, Writing::Mjml) => "the mail has no HTML",
        (false, Writing::Text) => "the mail has no text part",
        (false, Writing::Sms) => "there is no SMS",
    }
}
