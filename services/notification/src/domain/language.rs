//! The languages that people are written to in.

/// A language of messages: Indonesian first, English second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// Bahasa Indonesia.
    #[default]
    Indonesian,
    /// English.
    English,
}

impl Language {
    /// Both, Indonesian first.
    pub const ALL: [Self; 2] = [Self::Indonesian, Self::English];

    /// Reads a person's preference; whatever is not English is Indonesian.
    pub fn preferred(code: &str) -> Self {
        if code.eq_ignore_ascii_case("en") {
            Self::English
        } else {
            Self::Indonesian
        }
    }

    /// `id` or `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            Self::English => "en",
        }
    }
}

/// A text in both languages; English may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Text {
    /// Bahasa Indonesia.
    pub id: String,
    /// English; empty falls back to Indonesian.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
}

impl Text {
    /// The text in a language.
    pub fn read(&self, language: Language) -> &str {
        match language {
            Language::English if !self.en.is_empty() => &self.en,
            Language::English | Language::Indonesian => &self.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_translation_is_read_in_indonesian() {
        let text = Text {
            id: "Sampah".to_owned(),
            en: String::new(),
        };
        assert_eq!(text.read(Language::English), "Sampah");
        assert_eq!(Language::preferred(""), Language::Indonesian);
        assert_eq!(Language::preferred("EN"), Language::English);
    }
}
