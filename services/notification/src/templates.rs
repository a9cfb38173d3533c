//! Turns a notice into a mail, in the reader's language.
//!
//! Every mail is one template per language. It is rendered twice, with the building blocks of
//! `kit.html` and of `kit.txt`, so that the two parts of a mail never say different things. Undefined
//! variables are errors, HTML escapes every value, and a template has only so much fuel.

mod links;
mod variables;
mod words;

use std::collections::BTreeMap;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use crate::domain::language::Language;
use crate::smtp::Rendered;

pub use links::{Links, LinksError};
use variables::variables;
pub use variables::{Addressee, EditionFace};
use words::words;

/// What one rendering may cost, in instructions of the template engine. The largest mail needs about
/// a hundredth of it.
const FUEL: u64 = 200_000;

/// The width at which plain text is broken.
const COLUMNS: usize = 72;

/// Why a mail cannot be written. Its text holds the template's name and never a value.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The template is wrong or lacks a variable.
    #[error("template {template} in {language} cannot be rendered: {kind:?}")]
    Template {
        /// The template's id.
        template: &'static str,
        /// The language's code.
        language: &'static str,
        /// What went wrong.
        kind: minijinja::ErrorKind,
    },
    /// A template of the set is missing or cannot be parsed.
    #[error("template {name} cannot be parsed")]
    Set {
        /// Its file.
        name: &'static str,
        /// Why.
        #[source]
        source: minijinja::Error,
    },
}

macro_rules! mails {
    ($($name:literal),* $(,)?) => {
        /// The templates of both languages: id, Indonesian, English.
        const MAILS: &[(&str, &str, &str)] = &[$((
            $name,
            include_str!(concat!("../templates/id/", $name, ".jinja")),
            include_str!(concat!("../templates/en/", $name, ".jinja")),
        )),*];
    };
}

mails! {
    "invitation",
    "submission_received",
    "outcome_announced",
    "match_proposed",
    "match_answered",
    "round_opened",
    "assignment_added",
    "panel_short",
    "result_published",
    "webhook_disabled",
}

const PARTS: [(&str, &str); 4] = [
    ("kit.html", include_str!("../templates/kit.html")),
    ("kit.txt", include_str!("../templates/kit.txt")),
    ("layout.html", include_str!("../templates/layout.html")),
    ("layout.txt", include_str!("../templates/layout.txt")),
];

/// Every template that the binary carries.
pub struct Templates {
    environment: Environment<'static>,
    links: Links,
}

impl Templates {
    /// Parses them all, so that a broken one stops the start and not a message.
    ///
    /// # Errors
    /// [`RenderError::Set`] for a template that cannot be parsed.
    pub fn new(links: Links) -> Result<Self, RenderError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|name| {
            // What is not plain text for certain is escaped.
            match name.rsplit_once('.') {
                Some((_, "txt")) => AutoEscape::None,
                _ => AutoEscape::Html,
            }
        });
        environment.add_filter("fill", |text: &str| fill(text));
        for (name, source) in PARTS {
            environment
                .add_template(name, source)
                .map_err(|source| RenderError::Set { name, source })?;
        }
        for (name, indonesian, english) in MAILS {
            for (language, source) in [
                (Language::Indonesian, indonesian),
                (Language::English, english),
            ] {
                for format in ["html", "txt"] {
                    let file = format!("{}/{name}.{format}", language.code());
                    environment
                        .add_template_owned(file, *source)
                        .map_err(|source| RenderError::Set { name, source })?;
                }
            }
        }
        Ok(Self { environment, links })
    }

    /// Writes the mail of a notice for one reader.
    ///
    /// # Errors
    /// [`RenderError::Template`] where the template lacks a value or runs out of fuel.
    pub fn render(
        &self,
        notice: &crate::domain::notice::Notice,
        edition: &EditionFace,
        reader: &Addressee,
    ) -> Result<Rendered, RenderError> {
        let (template, language) = (notice.template(), reader.language);
        self.write(notice, edition, reader)
            .map_err(|error| RenderError::Template {
                template,
                language: language.code(),
                kind: error.kind(),
            })
    }

    fn write(
        &self,
        notice: &crate::domain::notice::Notice,
        edition: &EditionFace,
        reader: &Addressee,
    ) -> Result<Rendered, minijinja::Error> {
        let values = variables(notice, edition, reader, &self.links);
        let (template, language) = (notice.template(), reader.language);
        let subject = self.block(template, language, "txt", "subject", &values)?;
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = self.part(
            template, language, "txt", edition, reader, &subject, &values,
        )?;
        let html = self.part(
            template, language, "html", edition, reader, &subject, &values,
        )?;
        let subject = match (edition.data_notice.trim(), reader.redirected) {
            ("", false) => subject,
            ("", true) => format!("[{}] {subject}", words(language).rehearsal),
            (notice, _) => format!("[{notice}] {subject}"),
        };
        Ok(Rendered {
            subject,
            text,
            html,
        })
    }

    fn block(
        &self,
        template: &str,
        language: Language,
        format: &str,
        block: &str,
        values: &BTreeMap<&'static str, Value>,
    ) -> Result<String, minijinja::Error> {
        let file = format!("{}/{template}.{format}", language.code());
        let mut values = values.clone();
        values.insert("building_blocks", Value::from(format!("kit.{format}")));
        let template = self.environment.get_template(&file)?;
        let mut captured = template.render_captured(Value::from(values))?;
        captured.with_state_mut(|state| state.render_block(block))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "private; names what a part is made of"
    )]
    fn part(
        &self,
        template: &str,
        language: Language,
        format: &str,
        edition: &EditionFace,
        reader: &Addressee,
        subject: &str,
        values: &BTreeMap<&'static str, Value>,
    ) -> Result<String, minijinja::Error> {
        let content = self.block(template, language, format, "body", values)?;
        let words = words(language);
        let layout = self.environment.get_template(&format!("layout.{format}"))?;
        layout.render(minijinja::context! {
            language => language.code(),
            subject,
            heading => if edition.title.id.is_empty() {
                "WiNNER"
            } else {
                edition.title.read(language)
            },
            data_notice => edition.data_notice.trim(),
            redirected => reader.redirected,
            salutation => words.salutation(&reader.display_name),
            content => Value::from_safe_string(content),
            words => words.values(edition.title.read(language)),
        })
    }
}

/// Breaks a paragraph into lines of at most [`COLUMNS`] characters where words allow.
fn fill(text: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut width = 0;
    for word in text.split_whitespace() {
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
    filled
}

#[cfg(test)]
mod tests;
