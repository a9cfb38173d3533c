//! A mail says its language to screen readers, and its gist to the list of mails.

use super::{Finding, Rule};
use crate::domain::language::Language;

pub(super) fn lint(file: &str, source: &str, language: Language) -> Vec<Finding> {
    let mut findings = Vec::new();
    let code = language.code();
    if !source.contains(&format!("<mjml lang=\"{code}\">")) {
        findings.push(Finding::new(
            Rule::Language,
            file,
            1,
            "the mail does not say its language".to_owned(),
            &format!("begin it with <mjml lang=\"{code}\">"),
        ));
    }
    if !source.contains("<mj-preview>") {
        findings.push(Finding::new(
            Rule::Language,
            file,
            None,
            "there are no words for the list of mails".to_owned(),
            "write them into <mj-preview>",
        ));
    }
    findings
}
