//! Templates, read and ready: each mail as its subject, its text and its HTML, and each SMS.

use std::collections::BTreeMap;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use winner_notification_core::sms::plain::plain;

use super::error::{RenderError, SetError};
use super::frame::Framed;
use super::mjml;
use super::set::{FRAME, Set, Writing};
use crate::domain::language::Language;
use crate::domain::purpose::Purpose;
use crate::smtp::Rendered;

/// What one rendering may cost, in instructions of the template engine. The largest mail needs about
/// a hundredth of it.
const FUEL: u64 = 200_000;

/// The width at which plain text is broken.
pub(super) const COLUMNS: usize = 72;

/// How the first line of a text begins.
const SUBJECT: &str = "Subject: ";

pub(super) struct Parsed {
    environment: Environment<'static>,
}

/// The engine as every template is rendered by it.
pub(super) fn engine() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|name| {
        // What is not plain text for certain is escaped.
        match name.rsplit_once('.') {
            Some((_, "subject" | "txt" | "sms")) => AutoEscape::None,
            _ => AutoEscape::Html,
        }
    });
    environment
}

/// A text without its first two lines, and the subject that stood there. Lines keep their numbers.
pub(super) fn subject_and_text(source: &str) -> Option<(&str, String)> {
    let (first, rest) = source.split_once('\n')?;
    let subject = first.strip_prefix(SUBJECT)?;
    let text = rest.strip_prefix('\n')?;
    Some((subject, format!("\n\n{text}")))
}

impl Parsed {
    pub(super) fn new(set: &Set) -> Result<Self, RenderError> {
        let mut parsed = Self {
            environment: engine(),
        };
        parsed.add("frame.txt", FRAME, set, |source| Ok(source.to_owned()))?;
        for purpose in Purpose::ALL {
            for language in Language::ALL {
                let name = name(purpose, language);
                let file = |writing: Writing| writing.file(purpose, language);
                let text = file(Writing::Text);
                parsed.add(&format!("{name}.subject"), &text, set, |source| {
                    let (subject, _) = subject_and_text(source).ok_or(SetError::NoSubject)?;
                    Ok(subject.to_owned())
                })?;
                parsed.add(&format!("{name}.txt"), &text, set, |source| {
                    let (_, text) = subject_and_text(source).ok_or(SetError::NoSubject)?;
                    Ok(text)
                })?;
                let mail = file(Writing::Mjml);
                parsed.add(&format!("{name}.html"), &mail, set, |source| {
                    Ok(mjml::html(&mjml::whole(set, &mail, source)?)?)
                })?;
                parsed.add(&format!("{name}.sms"), &file(Writing::Sms), set, |source| {
                    Ok(source.to_owned())
                })?;
            }
        }
        Ok(parsed)
    }

    fn add(
        &mut self,
        name: &str,
        file: &str,
        set: &Set,
        made: impl FnOnce(&str) -> Result<String, SetError>,
    ) -> Result<(), RenderError> {
        let source = set.get(file).ok_or(SetError::Missing);
        let template = source.and_then(made);
        template
            .and_then(|template| {
                let added = self
                    .environment
                    .add_template_owned(name.to_owned(), template);
                added.map_err(SetError::Jinja)
            })
            .map_err(|source| RenderError::Set {
                file: file.to_owned(),
                source,
            })
    }

    /// A mail of these values in this frame.
    pub(super) fn mail(
        &self,
        purpose: Purpose,
        language: Language,
        mut values: BTreeMap<&'static str, Value>,
        framed: Framed,
    ) -> Result<Rendered, RenderError> {
        let name = name(purpose, language);
        let render = |kind: &str, values: &Value| {
            self.environment
                .get_template(&format!("{name}.{kind}"))
                .and_then(|template| template.render(values))
                .map_err(|error| failed(purpose, language, &error))
        };
        let own = Value::from(values.clone());
        let subject = one_line(&render("subject", &own)?);
        let content = render("txt", &own)?;
        values.extend(framed.values);
        values.insert("subject", Value::from(subject.clone()));
        values.insert("content", Value::from(content.trim()));
        let all = Value::from(values);
        let html = render("html", &all)?;
        let text = self
            .environment
            .get_template("frame.txt")
            .and_then(|template| template.render(&all))
            .map_err(|error| failed(purpose, language, &error))?;
        Ok(Rendered {
            subject: format!("{}{subject}", framed.mark),
            text: filled(&text),
            html,
        })
    }

    /// An SMS of these values: one line of the GSM alphabet.
    pub(super) fn sms(
        &self,
        purpose: Purpose,
        language: Language,
        values: Value,
    ) -> Result<String, RenderError> {
        let text = self
            .environment
            .get_template(&format!("{}.sms", name(purpose, language)))
            .and_then(|template| template.render(values))
            .map_err(|error| failed(purpose, language, &error))?;
        Ok(plain(&one_line(&text)).text)
    }
}

fn name(purpose: Purpose, language: Language) -> String {
    format!("{}/{}", language.code(), purpose.code())
}

fn failed(purpose: Purpose, language: Language, error: &minijinja::Error) -> RenderError {
    RenderError::Template {
        template: purpose.code(),
        language: language.code(),
        kind: error.kind(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Breaks lines longer than [`COLUMNS`] characters where words allow; never joins two.
fn filled(text: &str) -> String {
    let mut filled = String::with_capacity(text.len() + 64);
    for line in text.lines() {
        let mut width = 0;
        if line.chars().count() <= COLUMNS {
            filled.push_str(line);
        } else {
            for word in line.split_whitespace() {
                let length = word.chars().count();
                if width > 0 && width + 1 + length > COLUMNS {
                    filled.push('\n');
                    width = 0;
                } else if width > 0 {
                    filled.push(' ');
                    width += 1;
                }
                filled.push_str(word);
                width += length;
            }
        }
        filled.push('\n');
    }
    filled
}
