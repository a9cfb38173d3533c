//! Everything the report says, it says in Indonesian and in English; numbers too are written differently.

use serde::Serialize;

/// A language of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Indonesian,
    English,
}

impl Language {
    /// A whole number with its thousands grouped.
    pub(super) fn whole(self, number: usize) -> String {
        let digits = number.to_string();
        let mut grouped = String::new();
        for (n, digit) in digits.chars().enumerate() {
            if n > 0 && (digits.len() - n).is_multiple_of(3) {
                grouped.push(match self {
                    Self::Indonesian => '.',
                    Self::English => ',',
                });
            }
            grouped.push(digit);
        }
        grouped
    }

    /// A number with decimals; the sign is a true minus.
    pub(super) fn decimal(self, number: f64, decimals: usize) -> String {
        let written = format!("{:.decimals$}", number.abs());
        let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
        let is_zero = written.chars().all(|c| matches!(c, '0' | '.'));
        let sign = if number < 0.0 && !is_zero {
            "\u{2212}"
        } else {
            ""
        };
        let whole = whole
            .parse()
            .map_or_else(|_| whole.to_owned(), |n| self.whole(n));
        match (self, fraction) {
            (_, "") => format!("{sign}{whole}"),
            (Self::Indonesian, _) => format!("{sign}{whole},{fraction}"),
            (Self::English, _) => format!("{sign}{whole}.{fraction}"),
        }
    }

    /// Thousandths as a number with three decimals.
    pub(super) fn thousandths(self, value: i64) -> String {
        self.decimal(value as f64 / 1_000.0, 3)
    }

    /// A share of one, in per cent.
    pub(super) fn percent(self, share: f64) -> String {
        let decimals = usize::from(share > 0.0 && share < 0.1);
        format!("{}%", self.decimal(share * 100.0, decimals))
    }

    /// Microseconds as a time people can picture.
    pub(super) fn micros(self, micros: u64) -> String {
        let millis = micros as f64 / 1_000.0;
        match micros {
            0..10_000 => format!("{} ms", self.decimal(millis, 1)),
            10_000..1_000_000 => format!("{} ms", self.decimal(millis, 0)),
            _ => self.seconds(millis / 1_000.0),
        }
    }

    /// Seconds with one decimal.
    pub(super) fn seconds(self, seconds: f64) -> String {
        match self {
            Self::Indonesian => format!("{} detik", self.decimal(seconds, 1)),
            Self::English => format!("{} s", self.decimal(seconds, 1)),
        }
    }
}

/// A text in both languages; the same twice where it is data and not said by us.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Text {
    pub(super) id: String,
    pub(super) en: String,
}

/// Separates the languages where a text must pass as one string.
const BETWEEN: char = '\u{1f}';

impl Text {
    pub(super) fn new(id: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            en: en.into(),
        }
    }

    /// What the function says in each language.
    pub(super) fn said(say: impl Fn(Language) -> String) -> Self {
        Self::new(say(Language::Indonesian), say(Language::English))
    }

    /// The same in both.
    pub(super) fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(text.clone(), text)
    }

    pub(super) fn whole(number: usize) -> Self {
        Self::said(|l| l.whole(number))
    }

    pub(super) fn thousandths(value: i64) -> Self {
        Self::said(|l| l.thousandths(value))
    }

    /// Both languages in one string.
    pub(super) fn joined(&self) -> String {
        if self.id == self.en {
            self.id.clone()
        } else {
            format!("{}{BETWEEN}{}", self.id, self.en)
        }
    }

    /// What was joined.
    pub(super) fn split(joined: &str) -> Self {
        joined
            .split_once(BETWEEN)
            .map_or_else(|| Self::same(joined), |(id, en)| Self::new(id, en))
    }
}

impl From<&crate::demo::story::Titled> for Text {
    fn from(titled: &crate::demo::story::Titled) -> Self {
        Self::new(&titled.title_id, &titled.title_en)
    }
}

/// A name of at most so many characters; the table has it whole.
pub(super) fn shortened(name: &str, at_most: usize) -> String {
    if name.chars().count() <= at_most {
        return name.to_owned();
    }
    name.chars().take(at_most - 1).chain(['\u{2026}']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_writes_them() {
        let (id, en) = (Language::Indonesian, Language::English);
        assert_eq!(
            (id.whole(1_234_567), en.whole(1_234_567)),
            ("1.234.567".to_owned(), "1,234,567".to_owned())
        );
        assert_eq!(
            (id.decimal(1234.5, 1), en.decimal(1234.5, 1)),
            ("1.234,5".to_owned(), "1,234.5".to_owned())
        );
        assert_eq!(
            (id.thousandths(-7_062), en.thousandths(999)),
            ("\u{2212}7,062".to_owned(), "0.999".to_owned())
        );
        assert_eq!(
            (id.percent(0.934), en.percent(0.012)),
            ("93%".to_owned(), "1.2%".to_owned())
        );
        assert_eq!(id.decimal(-0.001, 1), "0,0");
    }

    #[test]
    fn times_are_told_in_units_that_people_can_picture() {
        let en = Language::English;
        assert_eq!(
            [en.micros(480), en.micros(41_300), en.micros(2_150_000)],
            ["0.5 ms", "41 ms", "2.1 s"]
        );
    }

    #[test]
    fn a_joined_text_comes_apart_as_it_was() {
        for text in [Text::new("satu", "one"), Text::same("Banten")] {
            assert_eq!(Text::split(&text.joined()), text);
        }
    }
}
