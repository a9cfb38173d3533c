//! Why a message cannot be written.

use super::mjml::MjmlError;

/// Why a message cannot be written. Its text holds the template's name and never a value.
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
    #[error("the template {file} cannot be used")]
    Set {
        /// Its file.
        file: String,
        /// Why.
        #[source]
        source: SetError,
    },
}

/// Why a file is no template.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// There is none.
    #[error("the file is missing")]
    Missing,
    /// A text does not begin with its subject.
    #[error("the first line must be `Subject: ...`, the second empty")]
    NoSubject,
    /// The template engine cannot read it.
    #[error(transparent)]
    Jinja(#[from] minijinja::Error),
    /// It is no MJML.
    #[error(transparent)]
    Mjml(#[from] MjmlError),
}
