//! Gmail shows the first 102 kB of a mail and hides the rest, with the way to leave in it.

use super::super::parsed::engine;
use super::super::worst;
use super::{Finding, Rule};
use crate::domain::channel::Channel;
use crate::domain::language::Language;
use crate::domain::purpose::Purpose;

/// The most that a mail's HTML may have, in bytes.
const HEAVIEST: usize = 100_000;

pub(super) fn lint(file: &str, html: &str, purpose: Purpose, language: Language) -> Vec<Finding> {
    let engine = engine();
    let Ok(template) = engine.template_from_named_str("worst.html", html) else {
        return Vec::new(); // told as no template
    };
    let heaviest = worst::values(purpose, language, Channel::Email)
        .into_iter()
        .filter_map(|mut values| {
            values.extend(worst::frame());
            template.render(values).ok()
        })
        .map(|html| html.len())
        .max();
    heaviest
        .filter(|bytes| *bytes > HEAVIEST)
        .map(|bytes| {
            Finding::new(
                Rule::TooHeavy,
                file,
                None,
                format!(
                    "at the worst the mail's HTML has {} kB, of at most 100",
                    bytes / 1_000
                ),
                "say less: Gmail hides what is beyond",
            )
        })
        .into_iter()
        .collect()
}
