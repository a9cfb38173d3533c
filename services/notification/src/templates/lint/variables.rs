//! Variables: those used must be given, and both parts of a mail must tell the same.

use std::collections::BTreeSet;

use super::super::catalogue::{FRAME_VARIABLES, Kind, UNSUBSCRIBE_URL, Variable, variables_of};
use super::super::parsed::{engine, subject_and_text};
use super::super::set::{Set, Writing};
use super::{Finding, Rule};
use crate::domain::channel::Channel;
use crate::domain::language::Language;
use crate::domain::purpose::Purpose;

/// What a mail hands to its part with the facts.
const FACTS: &str = "facts";

pub(super) fn lint(
    set: &Set,
    purpose: Purpose,
    language: Language,
    writing: Writing,
) -> Vec<Finding> {
    let file = writing.file(purpose, language);
    let source = set.get(&file).unwrap_or_default();
    let channel = match writing {
        Writing::Sms => Channel::Sms,
        Writing::Mjml | Writing::Text => Channel::Email,
    };
    let given: Vec<&Variable> = variables_of(purpose)
        .iter()
        .filter(|variable| variable.is_for(channel))
        .collect();
    if writing == Writing::Text && subject_and_text(source).is_none() {
        return vec![Finding::new(
            Rule::Unreadable,
            &file,
            1,
            "the text has no subject".to_owned(),
            "write `Subject: ...` into the first line, and nothing into the second",
        )];
    }
    let used = match used(&file, source) {
        Ok(used) => used,
        Err(finding) => return vec![finding],
    };
    let known: BTreeSet<&str> = given.iter().map(|variable| variable.name).collect();
    let mut findings = unknown(&file, source, &used, &known);
    findings.extend(never_falls(&file, source, &given));
    if channel == Channel::Email {
        let mut told = used;
        if writing == Writing::Mjml {
            // The subject is the heading.
            let text = set.get(&Writing::Text.file(purpose, language));
            let subject = text
                .and_then(|text| text.lines().next())
                .unwrap_or_default();
            told.extend(self::used(&file, subject).unwrap_or_default());
        }
        let untold = given
            .iter()
            .filter(|variable| !told.contains(variable.name));
        findings.extend(untold.map(|variable| {
            Finding::new(
                Rule::UnusedVariable,
                &file,
                None,
                format!(
                    "the mail is given `{}`, and this part does not tell it",
                    variable.name
                ),
                "use it in the HTML and in the text, so that both say the same",
            )
        }));
    }
    findings
}

/// The same for the parts that all mails share.
pub(super) fn lint_parts(set: &Set) -> Vec<Finding> {
    let mut known: BTreeSet<&str> = FRAME_VARIABLES.into_iter().collect();
    known.extend([UNSUBSCRIBE_URL, FACTS]);
    let parts = set.iter().filter(|(file, _)| file.starts_with("parts/"));
    parts
        .flat_map(|(file, source)| match used(file, source) {
            Ok(used) => unknown(file, source, &used, &known),
            Err(finding) => vec![finding],
        })
        .collect()
}

/// The variables that a template asks for.
fn used(file: &str, source: &str) -> Result<BTreeSet<String>, Finding> {
    let engine = engine();
    let template = engine
        .template_from_named_str(file, source)
        .map_err(|error| {
            Finding::new(
                Rule::Unreadable,
                file,
                error.line(),
                format!("this is no template ({})", error.kind()),
                "correct what stands between the braces",
            )
        })?;
    Ok(template.undeclared_variables(false).into_iter().collect())
}

fn unknown(
    file: &str,
    source: &str,
    used: &BTreeSet<String>,
    known: &BTreeSet<&str>,
) -> Vec<Finding> {
    used.iter()
        .filter(|name| !known.contains(name.as_str()))
        .map(|name| {
            let names: Vec<&str> = known.iter().copied().collect();
            Finding::new(
                Rule::UnknownVariable,
                file,
                line_of(source, name),
                format!("there is no variable `{name}` here"),
                &format!("use one of {}", names.join(", ")),
            )
        })
        .collect()
}

/// Comparisons of a choice with a word that it never is.
fn never_falls(file: &str, source: &str, given: &[&Variable]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for variable in given {
        let Kind::Choice(words) = variable.kind else {
            continue;
        };
        let asked = format!("{} == \"", variable.name);
        for (at, line) in source.lines().enumerate() {
            let compared = line.split(&asked).skip(1);
            let compared = compared.filter_map(|after| after.split('"').next());
            findings.extend(compared.filter(|word| !words.contains(word)).map(|word| {
                Finding::new(
                    Rule::UnknownVariable,
                    file,
                    at + 1,
                    format!("`{}` is never \"{word}\"", variable.name),
                    &format!("it is one of {}", words.join(", ")),
                )
            }));
        }
    }
    findings
}

/// The first line that holds a word.
fn line_of(source: &str, word: &str) -> Option<usize> {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let stands = |line: &str| {
        line.match_indices(word).any(|(at, _)| {
            let (before, after) = (
                line[..at].chars().last(),
                line[at + word.len()..].chars().next(),
            );
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
    };
    source.lines().position(stands).map(|at| at + 1)
}
