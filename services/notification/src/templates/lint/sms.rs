//! An SMS: one segment at the worst, the brand, and only what every telephone shows.

use winner_notification_core::sms::alphabet;
use winner_notification_core::sms::plain::plain;
use winner_notification_core::sms::segments::cut;

use super::super::frame::SMS_MARK;
use super::super::parsed::engine;
use super::super::worst;
use super::{Finding, Rule};
use crate::domain::channel::Channel;
use crate::domain::language::Language;
use crate::domain::purpose::Purpose;

/// Indonesia's operators want it in every text.
const BRAND: &str = "WiNNER";

pub(super) fn lint(file: &str, source: &str, purpose: Purpose, language: Language) -> Vec<Finding> {
    let mut findings = not_gsm(file, source);
    let engine = engine();
    let Ok(template) = engine.template_from_named_str("worst.sms", source) else {
        return findings; // told as no template
    };
    let texts: Vec<String> = worst::values(purpose, language, Channel::Sms)
        .into_iter()
        .filter_map(|values| template.render(values).ok())
        .map(|text| {
            plain(
                text.split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .as_str(),
            )
            .text
        })
        .collect();
    if let Some(septets) = texts.iter().map(|text| septets(text)).max()
        && septets + SMS_MARK > 160
    {
        findings.push(Finding::new(
            Rule::TooLong,
            file,
            None,
            format!(
                "at the worst the SMS has {septets} characters, of at most {} beside the mark of made-up data",
                160 - SMS_MARK
            ),
            "say it shorter, or without the longest variable",
        ));
    }
    if texts.iter().any(|text| !text.contains(BRAND)) {
        findings.push(Finding::new(
            Rule::NoBrand,
            file,
            None,
            format!("the SMS does not say {BRAND}"),
            "name it: operators refuse a text without its sender's name",
        ));
    }
    findings
}

/// As one segment would count them.
fn septets(text: &str) -> usize {
    cut(text).map_or(usize::MAX / 2, |segments| segments.units)
}

fn not_gsm(file: &str, source: &str) -> Vec<Finding> {
    let lines = source.lines().enumerate();
    lines
        .flat_map(|(at, line)| {
            let foreign = line.chars().filter(|it| !alphabet::has(*it));
            foreign.map(move |character| {
                let instead = plain(&character.to_string()).text;
                Finding::new(
                    Rule::NotGsm,
                    file,
                    at + 1,
                    format!("`{character}` is not in the alphabet of SMS"),
                    &format!("write `{instead}`"),
                )
            })
        })
        .collect()
}
