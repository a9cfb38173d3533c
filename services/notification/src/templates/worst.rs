//! The longest values that a template may ever be given.

use std::collections::BTreeMap;

use minijinja::value::Value;

use super::catalogue::{FRAME_VARIABLES, Kind, UNSUBSCRIBE_URL, Variable, variables_of};
use super::links::Links;
use crate::domain::channel::Channel;
use crate::domain::language::Language;
use crate::domain::purpose::Purpose;

type Values = BTreeMap<&'static str, Value>;

/// The longest path of a link in a mail, in characters: two slugs, or a slug and an id; or a secret.
const LONGEST_PATH: usize = 160;
/// The longest sentence of a frame, in characters.
const SENTENCE: usize = 240;

/// The worst values of a purpose: one for each way in which its choices can fall.
pub(super) fn values(purpose: Purpose, language: Language, channel: Channel) -> Vec<Values> {
    let variables = variables_of(purpose);
    let mut all = vec![Values::new()];
    for variable in variables.iter().filter(|it| it.is_for(channel)) {
        all = of_variable(variable, language, channel)
            .into_iter()
            .flat_map(|value| {
                all.iter().map(move |values| {
                    let mut values = values.clone();
                    values.insert(variable.name, Value::from(value.clone()));
                    values
                })
            })
            .collect();
    }
    all
}

/// The worst that the frame of a mail is given.
pub(super) fn frame() -> Values {
    let sentences = FRAME_VARIABLES
        .into_iter()
        .map(|name| (name, Value::from(apostrophes(SENTENCE))));
    let leave = (UNSUBSCRIBE_URL, Value::from(link(LONGEST_PATH)));
    sentences.chain([leave]).collect()
}

fn of_variable(variable: &Variable, language: Language, channel: Channel) -> Vec<String> {
    let value = match (variable.kind, channel) {
        (Kind::Choice(words), _) => return words.iter().map(|it| (*it).to_owned()).collect(),
        (Kind::Words { mail, .. }, Channel::Email) => apostrophes(mail),
        (Kind::Words { sms, .. }, Channel::Sms) => "W".repeat(sms),
        (Kind::Code { longest }, _) => "W".repeat(longest),
        (Kind::Count, _) => i32::MAX.to_string(),
        (Kind::Moment, Channel::Email) => "30 September 2026 pukul 23.59.59 WITA".to_owned(),
        (Kind::Moment, Channel::Sms) => match language {
            Language::Indonesian => "30 Des 23.59 WITA".to_owned(),
            Language::English => "30 Dec 23:59 WITA".to_owned(),
        },
        (Kind::Link { .. }, Channel::Email) => link(LONGEST_PATH),
        (Kind::Link { sms }, Channel::Sms) => link(sms),
    };
    vec![value]
}

/// HTML writes an apostrophe with six characters.
fn apostrophes(count: usize) -> String {
    "'".repeat(count)
}

fn link(path: usize) -> String {
    let base = format!("https://{}/", "w".repeat(Links::LONGEST_IN_SMS - 9));
    format!("{base}{}", "W".repeat(path))
}
