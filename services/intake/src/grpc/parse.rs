//! Parses requests once, at the edge, and tells every field that is wrong.

use std::fmt::Display;

use uuid::Uuid;

use crate::domain::names::NameError;
use crate::refusal::{Fault, Refusal};

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// The value, or a note of what is wrong with the field.
    pub(crate) fn read<T, E: Display>(
        &mut self,
        field: &str,
        code: &'static str,
        parsed: Result<T, E>,
    ) -> Option<T> {
        parsed.map_err(|error| self.add(field, code, error)).ok()
    }

    /// Notes what is wrong with a field.
    pub(crate) fn add(&mut self, field: &str, code: &'static str, text: impl Display) {
        self.0.push(Fault {
            field: field.to_owned(),
            code,
            text: text.to_string(),
        });
    }

    /// A text of 1 to `most` characters, without blanks around it and control characters.
    pub(crate) fn text(&mut self, field: &str, text: &str, most: usize) -> Option<String> {
        let trimmed = text.trim();
        let fits = (1..=most).contains(&trimmed.chars().count());
        if fits && !trimmed.chars().any(char::is_control) {
            return Some(trimmed.to_owned());
        }
        self.add(
            field,
            "INVALID_TEXT",
            format!("must have 1 to {most} characters on one line"),
        );
        None
    }

    /// Everything noted.
    pub(crate) fn refusal(self) -> Refusal {
        Refusal::Invalid(self.0)
    }

    /// Nothing was noted.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with everything noted.
    pub(crate) fn none(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.refusal())
        }
    }
}

/// The parts of a resource name.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn name<T>(field: &str, parsed: Result<T, NameError>) -> Result<T, Refusal> {
    parsed.map_err(|error| Refusal::field(field, "INVALID_NAME", error))
}

/// The etag that the caller has seen.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn etag(field: &str, etag: &str) -> Result<i64, Refusal> {
    etag.parse().map_err(|_| {
        Refusal::field(
            field,
            "INVALID_ETAG",
            "the etag that you have seen is required",
        )
    })
}

/// The id a client chose, or `None` to let the server choose.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn chosen<T, E: Display>(
    field: &str,
    text: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    parse(text)
        .map(Some)
        .map_err(|error| Refusal::field(field, "INVALID_ID", error))
}

/// At most `most` UUIDs, each once.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn uuids(field: &str, texts: &[String], most: usize) -> Result<Vec<Uuid>, Refusal> {
    if texts.len() > most {
        return Err(Refusal::field(
            field,
            "TOO_MANY",
            format!("at most {most} at once"),
        ));
    }
    let mut ids = Vec::with_capacity(texts.len());
    for (at, text) in texts.iter().enumerate() {
        let wrong = |_| Refusal::field(format!("{field}[{at}]"), "INVALID_ID", "must be a UUID");
        ids.push(Uuid::try_parse(text).map_err(wrong)?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
