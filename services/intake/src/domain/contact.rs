//! How people are reached, in one spelling each, so that one person with two spellings is seen.

use std::fmt;

/// A mobile number in E.164, such as `+628121234567`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// A text that is no Indonesian mobile number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an Indonesian mobile number such as +62 812-3456-7890")]
pub struct NotAMobile;

impl Phone {
    /// Reads what people type: `0812…`, `62812…`, `+62 812-…`.
    ///
    /// # Errors
    /// [`NotAMobile`] unless it becomes `+628[1-35-9]` and 7 to 10 digits more.
    pub fn parse(text: &str) -> Result<Self, NotAMobile> {
        if !text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '.' | '(' | ')'))
        {
            return Err(NotAMobile);
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let national = digits
            .strip_prefix("62")
            // Some write the trunk zero as well: +62 0812…
            .map(|rest| rest.strip_prefix('0').unwrap_or(rest))
            .or_else(|| digits.strip_prefix('0'))
            .ok_or(NotAMobile)?;
        let mut leading = national.bytes();
        let operator = (leading.next(), leading.next());
        let mobile = matches!(operator, (Some(b'8'), Some(b'1'..=b'3' | b'5'..=b'9')));
        if mobile && (9..=12).contains(&national.len()) {
            Ok(Self(format!("+62{national}")))
        } else {
            Err(NotAMobile)
        }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address as written, fit to be sent to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// A text that is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address")]
pub struct NotAnEmail;

/// Longest address that SMTP can carry (RFC 5321, 4.5.3.1.3, without the brackets).
const LONGEST_EMAIL: usize = 254;

impl Email {
    /// Reads an address, without blanks around it.
    ///
    /// # Errors
    /// [`NotAnEmail`] unless it is `local@domain.tld` without blanks, control characters or
    /// anything that could end a header.
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        let forbidden = |c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '@')
        };
        let labels = || domain.split('.');
        let label = |part: &str| {
            !part.is_empty()
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let sound = !local.is_empty()
            && local.len() <= 64
            && text.len() <= LONGEST_EMAIL
            && !local.contains(forbidden)
            && labels().count() >= 2
            && labels().all(label);
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnEmail)
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two spellings of one mailbox are equal: lower case, without a `+tag`, and
    /// without dots where the provider ignores them.
    pub fn canonical(&self) -> String {
        let lower = self.0.to_lowercase();
        let Some((local, domain)) = lower.rsplit_once('@') else {
            return lower;
        };
        let local = local.split_once('+').map_or(local, |(mailbox, _)| mailbox);
        match domain {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            _ => format!("{local}@{domain}"),
        }
    }
}

/// The form in which two spellings of an employer or an organisation are equal: lower case, letters
/// and digits only, without the legal form that some write and some do not.
pub fn canonical_employer(text: &str) -> Option<String> {
    const LEGAL_FORMS: [&str; 12] = [
        "pt",
        "cv",
        "ud",
        "tbk",
        "persero",
        "yayasan",
        "koperasi",
        "perkumpulan",
        "firma",
        "bumdes",
        "perorangan",
        "perseroan",
    ];
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !LEGAL_FORMS.contains(word))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Personal data does not print itself.
macro_rules! hidden {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    )*};
}
hidden!(Phone, Email);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_a_mobile_number_are_one() {
        for typed in [
            "081234567890",
            "6281234567890",
            "+62 812-3456-7890",
            "(+62) 0812.3456.7890",
        ] {
            assert_eq!(
                Phone::parse(typed).map(|p| p.0),
                Ok("+6281234567890".to_owned()),
                "{typed}"
            );
        }
    }

    #[test]
    fn landlines_and_foreign_numbers_get_no_sms() {
        for typed in [
            "0215551234",
            "+6584123456",
            "0841234567",
            "08123",
            "0812345678901234",
            "abc",
            "",
        ] {
            assert_eq!(Phone::parse(typed), Err(NotAMobile), "{typed}");
        }
    }

    #[test]
    fn two_spellings_of_one_mailbox_are_one() {
        let canonical = |text: &str| Email::parse(text).unwrap().canonical();
        assert_eq!(
            canonical("Siti.Aminah+juri@GoogleMail.com"),
            "sitiaminah@gmail.com"
        );
        assert_eq!(
            canonical("Siti.Aminah@contoh.test"),
            "siti.aminah@contoh.test"
        );
    }

    #[test]
    fn an_address_that_could_end_a_header_is_refused() {
        for wrong in [
            "",
            "a",
            "a@b",
            "a@b..c",
            "a b@c.test",
            "a@c.test\r\nBcc: x@y.test",
            "<a@c.test>",
            "a@-c.test",
        ] {
            assert_eq!(Email::parse(wrong), Err(NotAnEmail), "{wrong}");
        }
    }

    #[test]
    fn a_legal_form_does_not_make_another_employer() {
        assert_eq!(
            canonical_employer("PT. Air Bersih, Tbk"),
            canonical_employer("Air  Bersih")
        );
        assert_eq!(canonical_employer(" - "), None);
    }

    #[test]
    fn contacts_do_not_print_themselves() {
        assert_eq!(
            format!("{:?}", Email::parse("a@b.test").unwrap()),
            "Email(hidden)"
        );
    }
}
