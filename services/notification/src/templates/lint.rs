//! Finds what is wrong with templates before anybody gets them.
//!
//! Each finding names the file, the line where there is one, what was seen and what to do. The shipped
//! files have none; whoever edits them asks `winner template lint`.

mod colour;
mod contrast;
mod files;
mod languages;
mod links;
mod markup;
mod pictures;
mod sms;
mod variables;
mod weight;

use std::fmt;

use super::mjml::{self, MjmlError, Whole};
use super::set::{Set, Writing};

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A file cannot be read as what it should be.
    Unreadable,
    /// A message lacks its HTML, its text, its SMS or a language.
    Missing,
    /// A file belongs to no purpose.
    Foreign,
    /// A variable that these templates are not given, or a choice that never falls.
    UnknownVariable,
    /// A variable that one part of a mail tells and the other does not, or neither.
    UnusedVariable,
    /// A mail does not say its language, or has no words for the list of mails.
    Language,
    /// An SMS needs more than one segment when every value is as long as it may be.
    TooLong,
    /// An SMS does not name the brand.
    NoBrand,
    /// An SMS holds a character that the GSM alphabet lacks.
    NotGsm,
    /// A link is pasted together.
    PastedLink,
    /// Letters too faint for their ground.
    Faint,
    /// A picture without words for those who do not see it.
    NoAlt,
    /// A mail so long that Gmail shows only its beginning.
    TooHeavy,
}

/// Something wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub rule: Rule,
    /// The file.
    pub file: String,
    /// The line, from 1; `None` where the file as a whole is meant.
    pub line: Option<usize>,
    /// What was seen.
    pub seen: String,
    /// What to do.
    pub remedy: String,
}

impl Finding {
    fn new(
        rule: Rule,
        file: &str,
        line: impl Into<Option<usize>>,
        seen: String,
        remedy: &str,
    ) -> Self {
        Self {
            rule,
            file: file.to_owned(),
            line: line.into(),
            seen,
            remedy: remedy.to_owned(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}: {}", self.seen, self.remedy)
    }
}

/// Everything that is wrong with a set, by file and line.
pub fn lint(set: &Set) -> Vec<Finding> {
    let mut findings = files::lint(set);
    findings.extend(variables::lint_parts(set));
    for (file, source) in set.iter() {
        findings.extend(links::lint(file, source));
        let Some((purpose, language, writing)) = Writing::of_file(file) else {
            continue;
        };
        findings.extend(variables::lint(set, purpose, language, writing));
        match writing {
            Writing::Text => {}
            Writing::Sms => findings.extend(sms::lint(file, source, purpose, language)),
            Writing::Mjml => match html(set, file, source) {
                Ok((whole, html)) => {
                    findings.extend(languages::lint(file, source, language));
                    findings.extend(contrast::lint(&whole));
                    findings.extend(pictures::lint(&whole));
                    findings.extend(weight::lint(file, &html, purpose, language));
                }
                Err(error) => findings.push(Finding::new(
                    Rule::Unreadable,
                    &error.at.file,
                    error.at.line,
                    format!("this is no MJML ({})", error.why),
                    "correct it",
                )),
            },
        }
    }
    findings.sort_by(|a, b| {
        (&a.file, a.line, a.rule, &a.seen).cmp(&(&b.file, b.line, b.rule, &b.seen))
    });
    // A part is seen once in every mail that includes it.
    findings.dedup();
    findings
}

fn html(set: &Set, file: &str, source: &str) -> Result<(Whole, String), MjmlError> {
    let whole = mjml::whole(set, file, source)?;
    let html = mjml::html(&whole)?;
    Ok((whole, html))
}

#[cfg(test)]
mod tests;
