//! Telephone numbers: one spelling for each, and only those that an SMS may go to.
//!
//! People write `0812…`, `62812…`, `+62 812-…` or, since spreadsheets drop the nought, `812…`. Whoever
//! sends to landlines, to short codes or abroad by mistake pays for it, and fraud lives on it; so only
//! mobile numbers of the countries that are named are taken.

use std::fmt;

use phonenumber::country::Id;
use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, Type};

/// More characters than any way of writing a number has.
const LONGEST: usize = 40;

/// A mobile number that an SMS may go to. Personal: it does not print.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mobile {
    e164: String,
    national: String,
}

impl Mobile {
    /// In E.164: `+6281234567890`.
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// The same without its plus: `6281234567890`.
    pub fn digits(&self) -> &str {
        self.e164.trim_start_matches('+')
    }

    /// As dialled at home: `081234567890`.
    pub fn national(&self) -> &str {
        &self.national
    }

    /// Whether a text holds the number, however it is spelled there.
    pub fn is_in(&self, text: &str) -> bool {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.contains(self.national.trim_start_matches('0'))
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile([personal])")
    }
}

/// Why no SMS goes to a number. Names nobody's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is none.
    #[error("there is no number")]
    Empty,
    /// It holds something else than digits and the signs between them.
    #[error("it is not a telephone number")]
    Unreadable,
    /// No such number can exist.
    #[error("no such number can exist: too short, too long, or an unknown prefix")]
    Impossible,
    /// Its country is not among those that we send to.
    #[error("its country is not among those that SMS may go to")]
    Country,
    /// A landline, a short code, a premium number.
    #[error("it is not a mobile number")]
    NotMobile,
}

/// A country cannot be told by this code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a country's code of two letters (ISO 3166)")]
pub struct NoSuchCountry(pub String);

/// The countries to whose mobile numbers SMS may go. The first is home: numbers without a country's
/// code are of there.
#[derive(Debug, Clone)]
pub struct Countries {
    home: Id,
    others: Vec<Id>,
}

impl Countries {
    /// Indonesia alone.
    pub const INDONESIA: Self = Self {
        home: Id::ID,
        others: Vec::new(),
    };

    /// Countries by their codes of two letters; Indonesia where the list is empty.
    ///
    /// # Errors
    /// [`NoSuchCountry`]
    pub fn new<T: AsRef<str>>(codes: &[T]) -> Result<Self, NoSuchCountry> {
        let mut known = codes.iter().map(|code| {
            let code = code.as_ref();
            code.parse::<Id>()
                .map_err(|_| NoSuchCountry(code.to_owned()))
        });
        let Some(home) = known.next().transpose()? else {
            return Ok(Self::INDONESIA);
        };
        let others = known.collect::<Result<_, _>>()?;
        Ok(Self { home, others })
    }

    /// The number in its one spelling.
    ///
    /// # Errors
    /// [`Refused`] where no SMS may go there.
    pub fn mobile(&self, written: &str) -> Result<Mobile, Refused> {
        let number = phonenumber::parse(Some(self.home), self.tidy(written)?)
            .map_err(|_| Refused::Impossible)?;
        if !number.is_valid() {
            return Err(Refused::Impossible);
        }
        let country = number.country().id().ok_or(Refused::Impossible)?;
        if country != self.home && !self.others.contains(&country) {
            return Err(Refused::Country);
        }
        match number.number_type(&DATABASE) {
            // In some countries nobody can tell the two apart.
            Type::Mobile | Type::FixedLineOrMobile => {}
            _ => return Err(Refused::NotMobile),
        }
        let national = number.format().mode(Mode::National).to_string();
        Ok(Mobile {
            e164: number.format().mode(Mode::E164).to_string(),
            national: national.chars().filter(char::is_ascii_digit).collect(),
        })
    }

    /// Digits, with a plus where the country's code stands first.
    fn tidy(&self, written: &str) -> Result<String, Refused> {
        let written = written.trim();
        if written.is_empty() {
            return Err(Refused::Empty);
        }
        if written.len() > LONGEST {
            return Err(Refused::Unreadable);
        }
        let plus = written.starts_with('+') || written.starts_with("(+");
        let mut digits = String::with_capacity(written.len());
        for (place, character) in written.chars().enumerate() {
            match character {
                '0'..='9' => digits.push(character),
                '+' if place <= 1 => {}
                ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' | '\u{2010}'..='\u{2013}' => {}
                copied if is_mark_of_direction(copied) => {}
                _ => return Err(Refused::Unreadable),
            }
        }
        if plus {
            // `+62 0812…` is a common mistake with one meaning only.
            let code = self.home_code();
            if let Some(rest) = digits.strip_prefix(&format!("{code}0")) {
                return Ok(format!("+{code}{rest}"));
            }
            return Ok(format!("+{digits}"));
        }
        if let Some(abroad) = digits.strip_prefix("00") {
            return Ok(format!("+{abroad}"));
        }
        if digits.starts_with(&self.home_code()) {
            return Ok(format!("+{digits}"));
        }
        Ok(digits)
    }

    fn home_code(&self) -> String {
        DATABASE
            .by_id(self.home.as_ref())
            .map(|metadata| metadata.country_code().to_string())
            .unwrap_or_default()
    }
}

/// Marks of direction come along when a number is copied.
const fn is_mark_of_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn e164(written: &str) -> Result<String, Refused> {
        Countries::INDONESIA
            .mobile(written)
            .map(|mobile| mobile.e164().to_owned())
    }

    #[test]
    fn one_number_has_one_spelling() {
        for written in [
            "081234567890",
            "0812-3456-7890",
            "0812 3456 7890",
            "6281234567890",
            "+6281234567890",
            "+62 812-3456-7890",
            "(+62) 812 3456 7890",
            "+62 (0) 812 3456 7890",
            "0062 812 3456 7890",
            "81234567890",
            "\u{202a}+62\u{a0}812\u{2011}3456\u{2011}7890\u{202c}",
        ] {
            assert_eq!(e164(written).as_deref(), Ok("+6281234567890"), "{written}");
        }
        let mobile = Countries::INDONESIA.mobile("+62 812-3456-7890").unwrap();
        assert_eq!(mobile.digits(), "6281234567890");
        assert_eq!(mobile.national(), "081234567890");
    }

    #[test]
    fn every_network_of_indonesia_is_known() {
        for prefix in [
            "0811", "0815", "0817", "0821", "0831", "0852", "0859", "0877", "0881", "0896", "0899",
        ] {
            assert!(e164(&format!("{prefix}12345678")).is_ok(), "{prefix}");
        }
    }

    #[test]
    fn no_sms_goes_to_landlines_short_codes_or_abroad() {
        for (written, refused) in [
            ("(021) 345-6789", Refused::NotMobile),
            ("+62 274 512345", Refused::NotMobile),
            ("08001234567", Refused::NotMobile),
            ("+65 9123 4567", Refused::Country),
            ("+1 520 878 2491", Refused::Country),
            ("110", Refused::Impossible),
            ("0812", Refused::Impossible),
            ("+62812345678901234", Refused::Impossible),
            ("", Refused::Empty),
            (" ", Refused::Empty),
            ("ani@desa.id", Refused::Unreadable),
            ("0812 3456 7890 ext 5", Refused::Unreadable),
            ("0812;rm", Refused::Unreadable),
            ("0812\r\n3456", Refused::Unreadable),
        ] {
            assert_eq!(e164(written), Err(refused), "{written}");
        }
        assert_eq!(e164(&"0812".repeat(300_000)), Err(Refused::Unreadable));
    }

    #[test]
    fn other_countries_are_allowed_by_name() {
        let both = Countries::new(&["ID", "TL"]).unwrap();
        assert!(both.mobile("+670 7723 4567").is_ok());
        assert_eq!(
            Countries::INDONESIA.mobile("+670 7723 4567"),
            Err(Refused::Country)
        );
        assert_eq!(
            Countries::new(&["Indonesia"]).unwrap_err(),
            NoSuchCountry("Indonesia".to_owned())
        );
    }

    #[test]
    fn a_number_does_not_print_and_is_found_in_what_others_say() {
        let mobile = Countries::INDONESIA.mobile("081234567890").unwrap();
        assert!(!format!("{mobile:?}").contains("812"));
        assert!(mobile.is_in("queued for +62 812-3456-7890"));
        assert!(!mobile.is_in("queued as 81234"));
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_one_spelling_or_refused(written in "(?s).{0,60}|[+0-9() .-]{0,20}") {
            if let Ok(mobile) = Countries::INDONESIA.mobile(&written) {
                prop_assert!(mobile.e164().starts_with("+628"));
                prop_assert_eq!(&Countries::INDONESIA.mobile(mobile.e164()), &Ok(mobile.clone()));
                prop_assert_eq!(&Countries::INDONESIA.mobile(mobile.national()), &Ok(mobile));
            }
        }
    }
}
