//! The files that messages are made of, by their names: `id/invitation.mjml`, `parts/head.mjml`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::domain::language::Language;
use crate::domain::purpose::Purpose;

/// A part of every mail's text: its frame.
pub const FRAME: &str = "parts/frame.txt.jinja";

/// What a purpose is written as in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writing {
    /// The mail's HTML, laid out in MJML.
    Mjml,
    /// The mail's subject and its text, written by hand.
    Text,
    /// The SMS.
    Sms,
}

impl Writing {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Mjml, Self::Text, Self::Sms];

    /// How its file's name ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Mjml => "mjml",
            Self::Text => "txt.jinja",
            Self::Sms => "sms.jinja",
        }
    }

    /// The name of its file.
    pub fn file(self, purpose: Purpose, language: Language) -> String {
        format!("{}/{}.{}", language.code(), purpose.code(), self.ending())
    }

    /// What a file of this name holds; `None` where no purpose has such a file.
    pub fn of_file(name: &str) -> Option<(Purpose, Language, Self)> {
        let (folder, file) = name.split_once('/')?;
        let language = Language::ALL.into_iter().find(|it| it.code() == folder)?;
        let (purpose, ending) = file.split_once('.')?;
        let writing = Self::ALL.into_iter().find(|it| it.ending() == ending)?;
        Some((Purpose::named(purpose)?, language, writing))
    }
}

/// Files by name.
#[derive(Debug, Clone, Default)]
pub struct Set {
    files: BTreeMap<String, Cow<'static, str>>,
}

macro_rules! shipped {
    (parts: $($part:literal),*; purposes: $($purpose:literal),* $(,)?) => {
        /// The files of the binary: name and text.
        const SHIPPED: &[(&str, &str)] = &[
            $(($part, include_str!(concat!("../../templates/", $part))),)*
            $(
                shipped!(file "id/", $purpose, ".mjml"),
                shipped!(file "id/", $purpose, ".txt.jinja"),
                shipped!(file "id/", $purpose, ".sms.jinja"),
                shipped!(file "en/", $purpose, ".mjml"),
                shipped!(file "en/", $purpose, ".txt.jinja"),
                shipped!(file "en/", $purpose, ".sms.jinja"),
            )*
        ];
    };
    (file $($part:literal),*) => {
        (concat!($($part),*), include_str!(concat!("../../templates/", $($part),*)))
    };
}

shipped! {
    parts: "parts/head.mjml", "parts/top.mjml", "parts/facts.mjml", "parts/bottom.mjml",
        "parts/frame.txt.jinja";
    purposes: "invitation", "submission_received", "outcome_announced", "match_proposed",
        "match_answered", "round_opened", "assignment_added", "panel_short", "result_published",
        "webhook_disabled",
}

impl Set {
    /// The files of the binary.
    pub fn shipped() -> Self {
        let files = SHIPPED
            .iter()
            .map(|(name, text)| ((*name).to_owned(), Cow::Borrowed(*text)))
            .collect();
        Self { files }
    }

    /// The text of a file.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(AsRef::as_ref)
    }

    /// Every file: name and text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_ref()))
    }

    /// The same with another text in a file.
    #[must_use]
    pub fn with(mut self, name: &str, text: impl Into<String>) -> Self {
        self.files.insert(name.to_owned(), Cow::Owned(text.into()));
        self
    }

    /// The same without a file.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.files.remove(name);
        self
    }
}

impl FromIterator<(String, String)> for Set {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(files: T) -> Self {
        let files = files
            .into_iter()
            .map(|(name, text)| (name, Cow::Owned(text)))
            .collect();
        Self { files }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_is_written_in_both_languages_for_both_channels_and_nothing_else_is_shipped() {
        let set = Set::shipped();
        let mut wanted = 5;
        for purpose in Purpose::ALL {
            for language in Language::ALL {
                for writing in Writing::ALL {
                    let file = writing.file(purpose, language);
                    assert!(set.get(&file).is_some(), "{file}");
                    assert_eq!(Writing::of_file(&file), Some((purpose, language, writing)));
                    wanted += 1;
                }
            }
        }
        assert_eq!(set.iter().count(), wanted);
    }
}
