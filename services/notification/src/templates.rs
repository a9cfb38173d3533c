//! Turns a notice into a mail or an SMS, in the reader's language.
//!
//! A purpose is written three times in each language, by hand: the mail's HTML in MJML, its text, and the
//! SMS ([`set`]). All are given the same values ([`catalogue`]), and the frame round every mail adds who
//! writes, why, and where to answer. Everything is read and the MJML made into HTML when the service starts.
//! Undefined variables are errors, HTML escapes every value, and a template has only so much fuel.

pub mod catalogue;
mod cut;
mod error;
mod frame;
mod links;
pub mod lint;
pub mod mjml;
mod parsed;
pub mod samples;
pub mod set;
mod variables;
mod words;
mod worst;

use minijinja::value::Value;

use crate::domain::channel::Channel;
use crate::domain::notice::Notice;
use crate::smtp::Rendered;

pub use error::{RenderError, SetError};
pub use links::{Links, LinksError, TooLongForSms};
use parsed::Parsed;
use set::Set;
use variables::values;
pub use variables::{Addressee, EditionFace};

/// Every template that the binary carries.
pub struct Templates {
    parsed: Parsed,
    links: Links,
}

impl Templates {
    /// Parses them all, so that a broken one stops the start and not a message.
    ///
    /// # Errors
    /// [`RenderError::Set`] for a template that cannot be parsed.
    pub fn new(links: Links) -> Result<Self, RenderError> {
        Self::of(&Set::shipped(), links)
    }

    /// The same of other files.
    ///
    /// # Errors
    /// [`RenderError::Set`] for one that is missing or cannot be parsed.
    pub fn of(set: &Set, links: Links) -> Result<Self, RenderError> {
        if let Err(error) = links.fit_sms() {
            tracing::warn!(%error, "templates.links_too_long_for_sms");
        }
        Ok(Self {
            parsed: Parsed::new(set)?,
            links,
        })
    }

    /// Writes the mail of a notice for one reader.
    ///
    /// # Errors
    /// [`RenderError::Template`] where the template lacks a value or runs out of fuel.
    pub fn render(
        &self,
        notice: &Notice,
        edition: &EditionFace,
        reader: &Addressee,
    ) -> Result<Rendered, RenderError> {
        let values = values(notice, edition, reader, &self.links, Channel::Email);
        let framed = frame::mail(&values, notice.purpose(), edition, reader);
        self.parsed
            .mail(notice.purpose(), reader.language, values.into_map(), framed)
    }

    /// Writes the SMS of a notice for one reader: one line of the GSM alphabet, one segment where
    /// [`Links::fit_sms`]. It carries no secret: an invitation's is in the mail only.
    ///
    /// # Errors
    /// [`RenderError::Template`] where the template lacks a value or runs out of fuel.
    pub fn render_sms(
        &self,
        notice: &Notice,
        edition: &EditionFace,
        reader: &Addressee,
    ) -> Result<String, RenderError> {
        let values = values(notice, edition, reader, &self.links, Channel::Sms);
        let values = Value::from(values.into_map());
        let text = self.parsed.sms(notice.purpose(), reader.language, values)?;
        Ok(format!("{}{text}", frame::sms_mark(edition, reader)))
    }
}

#[cfg(test)]
mod tests;
